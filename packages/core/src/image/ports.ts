import type { Page } from "../page.ts";
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

/** As lists have it: without what the uploader said. */
export type ListedImage = Omit<Image, "metadata">;

export interface Images {
  find(imageId: string): Promise<Image | null>;
  /** Whether there is an image of that size whose digest is known. */
  isSizeKnown(sizeBytes: number): Promise<boolean>;
  /** Those of them that there are, in any order. */
  findAll(imageIds: readonly string[]): Promise<ListedImage[]>;
  /** Newest first. */
  list(page: Page): Promise<ListedImage[]>;
  /**
   * In one transaction: the image, its jobs, their events and messages and its upload are gone, and it is noted that
   * its objects, and those it shared, may have no owner any more. False when there is no such image.
   */
  delete(imageId: string): Promise<boolean>;
  /** Images under whose prefix something may have lost its last owner. */
  findReclaims(limit: number): Promise<{ readonly reclaimId: bigint; readonly imageId: string }[]>;
  /** That prefix has been looked through since it was noted. */
  forgetReclaim(reclaimId: bigint): Promise<void>;
}
