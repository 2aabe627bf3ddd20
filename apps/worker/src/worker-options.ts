import type { TilewrightClient } from "@tilewright/client";
import type { PyramidLimits, PyramidSettings } from "@tilewright/pyramid";
import type { Workplace } from "./jobs/workplace.ts";

/** Everything that a worker is told: what all domains have in common, and what each needs besides. */
export interface WorkerOptions extends Workplace {
  readonly client: TilewrightClient;
  readonly settings: PyramidSettings;
  readonly limits: Omit<PyramidLimits, "reserveBytes">;
  /** For images that need more than the limits give; one at a time on a machine. */
  readonly largeMemoryBytes: number;
}
