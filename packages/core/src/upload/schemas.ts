import { z } from "zod";
import { NewDatasetMetadata } from "../image/metadata.ts";
import { Sha256 } from "../sha256.ts";
import { line } from "../text.ts";
import { uploadStatuses } from "./ports.ts";

const bytes = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const partNumber = z.int().min(1).max(10_000);

export const CreateUploadInput = z.strictObject({
  fileName: line(255).min(1),
  sizeBytes: bytes,
  metadata: NewDatasetMetadata.default({}),
  /**
   * What the client has read. If a worker has read the same before, and the pyramid is there, nothing needs to be sent:
   * the upload is COMPLETED at once. It is compared and not kept; `complete` takes it again.
   */
  sha256: Sha256.optional(),
});

export const SizeInput = z.strictObject({ sizeBytes: bytes });
export const KnownSize = z.object({
  /** A file of that size is here: it is worth computing the digest before anything is sent. */
  isKnown: z.boolean(),
});

/** An upload and which of its parts have arrived. */
export const UploadState = z.object({
  uploadId: z.uuid(),
  imageId: z.uuid(),
  fileName: z.string(),
  sizeBytes: bytes,
  partSizeBytes: bytes,
  partCount: z.int().min(1),
  status: z.enum(uploadStatuses),
  parts: z.array(z.object({ partNumber, sizeBytes: bytes })),
  createdAt: z.iso.datetime(),
});
export type UploadState = z.infer<typeof UploadState>;

export const UploadInput = z.strictObject({ uploadId: z.uuid() });

export const SignPartsInput = z.strictObject({
  uploadId: z.uuid(),
  partNumbers: z.array(z.int()).min(1).max(100),
});
export const SignedParts = z.object({
  parts: z.array(
    z.object({
      partNumber,
      /** Takes the part's bytes by PUT, without further headers. */
      url: z.string(),
      sizeBytes: bytes,
      expiresAt: z.iso.datetime(),
    }),
  ),
});

export const CompleteUploadInput = z.strictObject({
  uploadId: z.uuid(),
  /** What the sender believes to have sent in all. */
  sizeBytes: bytes,
  /**
   * What the sender has read while it sent. If those bytes were tiled before, the job is COMPLETED at once; if a worker
   * reads others, it is FAILED as CHECKSUM_MISMATCH.
   */
  sha256: Sha256.optional(),
});
export const CompletedUpload = z.object({ imageId: z.uuid(), jobId: z.uuid() });
