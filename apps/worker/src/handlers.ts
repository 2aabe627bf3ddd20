import type { JobDomain, ObjectStore, PreviewFacts, TilingAssignment } from "@tilewright/core";
import type { PyramidLimits, PyramidSettings, ReadyDecoders } from "@tilewright/pyramid";
import type { Progress } from "./jobs/lease.ts";
import { type TiledImage, tileImage } from "./tiling/tile-image.ts";

/** What a handler is given for one attempt. */
export interface Attempt {
  readonly assignment: TilingAssignment;
  readonly objects: ObjectStore;
  /** An empty directory of its own, removed afterwards. */
  readonly scratch: string;
  readonly settings: PyramidSettings;
  readonly limits: PyramidLimits;
  readonly largeMemoryBytes: number;
  readonly decoders: ReadyDecoders;
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
  /** Asks whether the same bytes were tiled before, with the same settings. If so, the job is COMPLETED, and work ends. */
  readonly reuse: (sourceSha256: string, settings: PyramidSettings) => Promise<boolean>;
  /** Tells the server of a preview that has been published. */
  readonly showPreview: (preview: PreviewFacts) => Promise<unknown>;
}

/** One line per domain. */
export const handlers = { tiling: tileImage } satisfies Record<
  JobDomain,
  (attempt: Attempt) => Promise<TiledImage | null>
>;
