import type { z } from "zod";
import { TilewrightError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { sourceKey } from "../storage/keys.ts";
import type { MultipartUpload, StoredPart } from "../storage/object-store.ts";
import { shownName } from "../text.ts";
import { findStoredDuplicate } from "../tiling/find-duplicate.ts";
import { requireFewOpen, tooManyUploads } from "./open-uploads.ts";
import { partNumbers, partSizeOf, planParts } from "./part-plan.ts";
import type { Upload } from "./ports.ts";
import type {
  CompletedUpload,
  CompleteUploadInput,
  CreateUploadInput,
  SignedParts,
  SignPartsInput,
  SizeInput,
  UploadInput,
  UploadState,
} from "./schemas.ts";

/** Whether it may be that a file of that size need not be sent. */
export const isSizeKnown = async ({ images, settings }: Ports, { sizeBytes }: z.infer<typeof SizeInput>) => ({
  isKnown: settings.sharesSameBytes && (await images.isSizeKnown(sizeBytes)),
});

/**
 * Opens a resumable upload for a file of known size. Where its bytes are here already, by the digest that the client
 * names, it is COMPLETED at once.
 *
 * @throws TilewrightError EMPTY_FILE, FILE_TOO_LARGE, SLIDE_INCOMPLETE, TOO_MANY_UPLOADS, STORAGE_FULL
 */
export async function createUpload(ports: Ports, input: z.infer<typeof CreateUploadInput>): Promise<UploadState> {
  const { maxSourceBytes } = ports.settings;
  if (input.sizeBytes === 0) throw new TilewrightError("EMPTY_FILE");
  if (input.sizeBytes > maxSourceBytes) {
    throw new TilewrightError(
      "FILE_TOO_LARGE",
      `The file has ${input.sizeBytes} bytes; this server accepts at most ${maxSourceBytes}.`,
      { sizeBytes: input.sizeBytes, maxSourceBytes },
    );
  }
  const { fileName, metadata, sizeBytes, sha256 } = input;
  // By its bytes it is a JPEG, the slide's thumbnail, which nobody means.
  if (fileName.toLowerCase().endsWith(".mrxs")) throw new TilewrightError("SLIDE_INCOMPLETE");
  const layout = planParts(sizeBytes);
  const opened = { uploadId: ports.newId(), imageId: ports.newId(), fileName, metadata, ...layout };
  const known = sha256 ? await createKnown(ports, opened, sha256) : null;
  if (known) return toUploadState(known, []);
  return toUploadState(await openUpload(ports, opened), []);
}

/** The row is the guard; asking before spares the store what would be refused anyway. */
async function openUpload(ports: Ports, opened: Opening): Promise<Upload> {
  const { uploads, objects, settings } = ports;
  await requireFewOpen(ports, opened.sizeBytes);
  const multipart = await objects.createMultipart(sourceKey(opened.imageId), opened);
  const { key, storageUploadId } = multipart;
  const upload = await uploads.create({ ...opened, sourceKey: key, storageUploadId }, settings.mostOpenUploads);
  if (upload) return upload;
  await objects.abortMultipart(multipart);
  throw await tooManyUploads(ports);
}

type Opening = Parameters<Ports["uploads"]["createFrom"]>[1];

async function createKnown(ports: Ports, upload: Opening, sourceSha256: string): Promise<Upload | null> {
  const { pyramid: settings, maxAttempts } = ports.settings;
  const duplicate = await findStoredDuplicate(ports, { sourceSha256, sizeBytes: upload.sizeBytes, settings });
  return duplicate && ports.uploads.createFrom(duplicate, upload, maxAttempts);
}

/** @throws TilewrightError UPLOAD_NOT_FOUND, UPLOAD_CLOSED, PART_NUMBER_OUT_OF_RANGE */
export async function signParts(
  ports: Ports,
  input: z.infer<typeof SignPartsInput>,
): Promise<z.infer<typeof SignedParts>> {
  const upload = await requireOpenUpload(ports, input.uploadId);
  const sign = async (partNumber: number) => {
    const sizeBytes = partSizeOf(upload, partNumber);
    const { url, expiresAt } = await ports.objects.signPart(multipartOf(upload), partNumber, sizeBytes);
    return { partNumber, url, sizeBytes, expiresAt: expiresAt.toISOString() };
  };
  return { parts: await Promise.all(input.partNumbers.map(sign)) };
}

/** What has arrived so far, which is where an interrupted upload goes on. @throws TilewrightError UPLOAD_NOT_FOUND */
export async function listParts(ports: Ports, { uploadId }: z.infer<typeof UploadInput>): Promise<UploadState> {
  const upload = await requireUpload(ports, uploadId);
  return toUploadState(upload, upload.status === "OPEN" ? await arrivedParts(ports, upload) : []);
}

/**
 * Ends an upload: verifies that every byte is there and starts the tiling job. Repeating it answers the same. Where the
 * sender names the digest of what it has sent, the same bytes are not tiled twice, and a worker will check it.
 *
 * @throws TilewrightError UPLOAD_NOT_FOUND, UPLOAD_CLOSED, PARTS_MISSING, SIZE_MISMATCH
 */
export async function completeUpload(
  ports: Ports,
  input: z.infer<typeof CompleteUploadInput>,
): Promise<z.infer<typeof CompletedUpload>> {
  const upload = await requireUpload(ports, input.uploadId);
  requireSize(upload, input.sizeBytes, "announced at completion");
  if (upload.status === "OPEN") {
    const stored = await assembleSource(ports, upload);
    requireSize(upload, stored, "stored");
    await storeImage(ports, upload, input.sha256);
  }
  const first = await ports.jobs.tiling.findFirst(upload.imageId);
  if (!first) throw new TilewrightError("UPLOAD_CLOSED");
  return { imageId: first.imageId, jobId: first.jobId };
}

/**
 * Begins its life: its first job waits, or has ended already where the bytes that the sender names were tiled before.
 */
async function storeImage(ports: Ports, { uploadId, sizeBytes }: Upload, sha256: string | undefined): Promise<void> {
  const { pyramid: settings, maxAttempts } = ports.settings;
  const duplicate = sha256 ? await findStoredDuplicate(ports, { sourceSha256: sha256, sizeBytes, settings }) : null;
  const isShared = duplicate !== null && (await ports.uploads.completeFrom(duplicate, uploadId, maxAttempts));
  if (!isShared) await ports.uploads.complete(uploadId, maxAttempts, sha256);
}

/**
 * Gives an upload up and frees its parts. Repeating it is a no-op. @throws TilewrightError UPLOAD_NOT_FOUND,
 * UPLOAD_CLOSED
 */
export async function abortUpload(ports: Ports, { uploadId }: z.infer<typeof UploadInput>): Promise<UploadState> {
  const upload = await requireUpload(ports, uploadId);
  const aborted = (await ports.uploads.abort(uploadId)) ?? (await requireUpload(ports, uploadId));
  if (aborted.status === "COMPLETED") {
    throw new TilewrightError("UPLOAD_CLOSED", "The upload is complete already. Cancel its tiling job instead.");
  }
  await ports.objects.abortMultipart(multipartOf(upload));
  // There already when a completion was cut short; nobody can complete it any more.
  await ports.objects.deleteMany([upload.sourceKey]);
  return toUploadState(aborted, []);
}

/** All of them once the source is assembled, even where a crash kept the upload from being completed. */
async function arrivedParts(ports: Ports, upload: Upload): Promise<ArrivedPart[]> {
  if (!(await ports.objects.head(upload.sourceKey))) return storedParts(ports, upload);
  return partNumbers(upload).map((partNumber) => ({ partNumber, sizeBytes: partSizeOf(upload, partNumber) }));
}

/** Not every store refuses a part of the wrong size. Such a one has not arrived: it is sent again and replaced. */
async function storedParts(ports: Ports, upload: Upload): Promise<StoredPart[]> {
  const parts = await ports.objects.listParts(multipartOf(upload));
  return parts.filter(
    ({ partNumber, sizeBytes }) => partNumber <= upload.partCount && sizeBytes === partSizeOf(upload, partNumber),
  );
}

/**
 * Bytes of the assembled source. An object that is there already was assembled before a crash or by a duplicate call.
 */
async function assembleSource(ports: Ports, upload: Upload): Promise<number> {
  const existing = await ports.objects.head(upload.sourceKey);
  if (existing) return existing.sizeBytes;
  try {
    requireAllParts(upload, await storedParts(ports, upload));
    return (await ports.objects.completeMultipart(multipartOf(upload))).sizeBytes;
  } catch (error) {
    const byDuplicate = await ports.objects.head(upload.sourceKey);
    if (byDuplicate) return byDuplicate.sizeBytes;
    throw error;
  }
}

function requireAllParts(upload: Upload, parts: readonly ArrivedPart[]): void {
  const arrived = new Set(parts.map((part) => part.partNumber));
  const missing = partNumbers(upload).filter((partNumber) => !arrived.has(partNumber));
  if (missing.length === 0) return;
  throw new TilewrightError(
    "PARTS_MISSING",
    `${missing.length} of ${upload.partCount} parts have not arrived. Send them, then complete the upload again.`,
    { partCount: upload.partCount, missingCount: missing.length, missing: missing.slice(0, 100) },
  );
}

function requireSize(upload: Upload, sizeBytes: number, where: string): void {
  if (sizeBytes === upload.sizeBytes) return;
  throw new TilewrightError(
    "SIZE_MISMATCH",
    `The upload was opened for ${upload.sizeBytes} bytes, but ${sizeBytes} are ${where}. Upload the file again.`,
    { expectedBytes: upload.sizeBytes, actualBytes: sizeBytes },
  );
}

async function requireUpload(ports: Ports, uploadId: string): Promise<Upload> {
  const upload = await ports.uploads.find(uploadId);
  if (!upload) throw new TilewrightError("UPLOAD_NOT_FOUND");
  return upload;
}

async function requireOpenUpload(ports: Ports, uploadId: string): Promise<Upload> {
  const upload = await requireUpload(ports, uploadId);
  if (upload.status !== "OPEN") throw new TilewrightError("UPLOAD_CLOSED");
  return upload;
}

const multipartOf = (upload: Upload): MultipartUpload => ({
  key: upload.sourceKey,
  storageUploadId: upload.storageUploadId,
});

type ArrivedPart = Pick<StoredPart, "partNumber" | "sizeBytes">;

const toUploadState = (upload: Upload, parts: ArrivedPart[]): UploadState => ({
  uploadId: upload.uploadId,
  imageId: upload.imageId,
  fileName: shownName(upload.fileName),
  sizeBytes: upload.sizeBytes,
  partSizeBytes: upload.partSizeBytes,
  partCount: upload.partCount,
  status: upload.status,
  parts: parts.map(({ partNumber, sizeBytes }) => ({ partNumber, sizeBytes })),
  createdAt: upload.createdAt.toISOString(),
});
