import type { TilingJob, TilingJobEvent } from "../job.ts";
import type { PyramidManifest } from "../manifest.ts";

/** Everything the database knows about one image, as of one moment. */
export interface ImageHistory {
  readonly imageId: string;
  /** When its upload was acknowledged as complete. */
  readonly acknowledgedAt: Date | null;
  /** Whether there is a row of the image itself. */
  readonly exists: boolean;
  readonly jobs: readonly JobHistory[];
}

export interface JobHistory {
  readonly job: TilingJob;
  /** In the order in which they were written. */
  readonly events: readonly TilingJobEvent[];
  /** A message of the job waits in the queue. */
  readonly isInLine: boolean;
}

/** What the object store holds of a COMPLETED job. */
export interface PublishedObjects {
  readonly manifest: PyramidManifest | "MISSING" | "UNREADABLE";
  /** Null where it is missing. */
  readonly manifestSha256: string | null;
  readonly pyramidBytes: number | null;
  /** Null where the object is missing, or was left out of a sample. */
  readonly pyramidSha256: string | null;
}
