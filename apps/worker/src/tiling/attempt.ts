import type { ObjectStore } from "@tilewright/core/storage";
import type { PreviewFacts, TilingAssignment } from "@tilewright/core/tiling";
import type { PyramidLimits, PyramidSettings, ReadyDecoders } from "@tilewright/pyramid";
import type { Attempt } from "../jobs/job-handler.ts";
import type { TilingProgress } from "./progress.ts";

/** What the work on one tiling is given. */
export interface TilingAttempt extends Omit<Attempt<TilingAssignment, TilingProgress>, "reserveBytes" | "mayEnd"> {
  readonly objects: ObjectStore;
  readonly settings: PyramidSettings;
  readonly limits: PyramidLimits;
  readonly largeMemoryBytes: number;
  readonly decoders: ReadyDecoders;
  /**
   * Asks whether the same bytes were tiled before, with the same settings. If so, the job is COMPLETED, and work ends.
   */
  readonly reuse: (sourceSha256: string, settings: PyramidSettings) => Promise<boolean>;
  /** Tells the server of a preview that has been published. */
  readonly showPreview: (preview: PreviewFacts) => Promise<unknown>;
}
