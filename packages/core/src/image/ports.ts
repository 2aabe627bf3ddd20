import type { TilingJob } from "../tiling/job.ts";
import type { Page } from "../tiling/ports.ts";
import type { DatasetMetadata } from "./metadata.ts";

/** A source image whose bytes have arrived in full. */
export interface Image {
  readonly imageId: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly sourceKey: string;
  /** Of the source's bytes, once a worker has read them all. */
  readonly sourceSha256: string | null;
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
  /**
   * In one transaction: the image, its jobs, their events and messages and its upload are gone, and it is noted that
   * its objects have to go. False when there is no such image.
   */
  delete(imageId: string): Promise<boolean>;
  /** Images that are deleted and may still have objects. */
  findDeleted(limit: number): Promise<string[]>;
  /** The objects of a deleted image are gone too. */
  forgetDeleted(imageId: string): Promise<void>;
}
