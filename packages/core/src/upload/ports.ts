import type { DatasetMetadata } from "../image/metadata.ts";
import type { Page } from "../page.ts";
import type { PartLayout } from "../storage/object-store.ts";
import type { Duplicate } from "../tiling/same-bytes.ts";

export const uploadStatuses = ["OPEN", "COMPLETED", "ABORTED"] as const;
export type UploadStatus = (typeof uploadStatuses)[number];

export interface Upload extends PartLayout {
  readonly uploadId: string;
  /** The id that the image gets when the upload completes. */
  readonly imageId: string;
  readonly fileName: string;
  readonly sourceKey: string;
  readonly storageUploadId: string;
  readonly metadata: DatasetMetadata;
  readonly status: UploadStatus;
  readonly createdAt: Date;
}

/** What is OPEN at a time in the whole installation. */
export interface OpenUploads {
  readonly count: number;
  /** Of the whole files, whatever of them has arrived. */
  readonly sizeBytes: number;
}

export interface Uploads {
  /** `null` when more would be OPEN then than `most`, however many ask at once. */
  create(upload: Omit<Upload, "status" | "createdAt">, most: OpenUploads): Promise<Upload | null>;
  countOpen(): Promise<OpenUploads>;
  /**
   * In one transaction: an upload that is COMPLETED without a byte, its image on the duplicate's source, and what
   * follows from that. `null` when the duplicate is none any more.
   */
  createFrom(
    duplicate: Duplicate,
    upload: Omit<Upload, "status" | "createdAt" | "sourceKey" | "storageUploadId">,
    maxAttempts: number,
  ): Promise<Upload | null>;
  find(uploadId: string): Promise<Upload | null>;
  /** OPEN uploads, oldest first. */
  listOpen(page: Page): Promise<Upload[]>;
  /** Uploads that were opened before the moment `ageMs` ago, which is returned too, and are OPEN still; by id. */
  findOpenFor(ageMs: number, limit: number, afterId?: string): Promise<{ uploads: Upload[]; before: Date }>;
  /**
   * In one transaction: the upload COMPLETED, its image, and what follows when an image is stored. False when the
   * upload is not OPEN.
   */
  complete(uploadId: string, maxAttempts: number, announcedSha256?: string): Promise<boolean>;
  /**
   * In one transaction: the upload COMPLETED, its image on the duplicate's source, what follows from that, and a note
   * that nobody owns what was uploaded. False when the upload is not OPEN, or the duplicate none any more.
   */
  completeFrom(duplicate: Duplicate, uploadId: string, maxAttempts: number): Promise<boolean>;
  /** OPEN to ABORTED; `null` when the upload is not OPEN. */
  abort(uploadId: string): Promise<Upload | null>;
}
