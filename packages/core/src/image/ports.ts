import type { TilingJob } from "../tiling/job.ts";
import type { Page } from "../tiling/ports.ts";
import type { DatasetMetadata } from "./metadata.ts";

/** A source image whose bytes have arrived in full. */
export interface Image {
  readonly imageId: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly sourceKey: string;
  readonly metadata: DatasetMetadata;
  readonly createdAt: Date;
}

export interface ImageWithTiling {
  readonly image: Image;
  /** The newest job of the image. */
  readonly job: TilingJob;
}

export interface Images {
  find(imageId: string): Promise<ImageWithTiling | null>;
  /** Newest first. */
  list(page: Page): Promise<ImageWithTiling[]>;
}
