import type { ObjectStore } from "@tilewright/core/storage";
import type { Logger } from "pino";

/** Where jobs are worked on, and under which name. */
export interface Workplace {
  readonly workerId: string;
  readonly objects: ObjectStore;
  /** This worker's own: what an earlier life left in it is removed. */
  readonly scratchDirectory: string;
  /** Of the scratch directory's disk; a share of it by default. */
  readonly reserveBytes?: number | undefined;
  readonly logger: Logger;
}
