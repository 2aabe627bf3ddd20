import type { TilingJob } from "./job.ts";
import type { PyramidSettings } from "./pyramid-settings.ts";

/** What makes one pyramid as good as another. */
export interface SameBytes {
  readonly sourceSha256: string;
  readonly sizeBytes: number;
  readonly settings: PyramidSettings;
  /** An image is not its own duplicate. */
  readonly otherThan?: string | undefined;
}

/** A COMPLETED job whose pyramid its image shows, and an image of the same bytes may show as well. */
export interface Duplicate {
  readonly job: TilingJob;
  /** Where those bytes are. */
  readonly sourceKey: string;
}
