import type { FileHandle } from "node:fs/promises";
import type { PutFileOptions } from "@tilewright/core/storage";
import { partNumbers, partSizeOf, planParts } from "@tilewright/core/upload";
import pLimit from "p-limit";
import type { S3Multipart } from "./s3-multipart.ts";

const MiB = 2 ** 20;
/** A file of one part needs no multipart upload. */
export const smallestParts = 8 * MiB;
/** Parts are held in memory, so that they can be sent again and are signed with their digest. */
const heldBytes = 32 * MiB;

/**
 * Stores an open file as one object, some parts at a time. When it fails, nothing of it stays in the store; a process
 * that is killed leaves an open upload behind, for the sweep.
 *
 * @throws TilewrightError STORAGE_UNAVAILABLE; `signal`'s reason.
 */
export async function putParts(
  multipart: S3Multipart,
  place: { readonly Bucket: string; readonly Key: string },
  file: FileHandle,
  sizeBytes: number,
  { signal, onStored }: PutFileOptions,
): Promise<void> {
  const layout = planParts(sizeBytes);
  const upload = await multipart.create(place);
  const failed = new AbortController();
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  let storedBytes = 0;
  const send = async (partNumber: number) => {
    stop.throwIfAborted();
    const body = Buffer.allocUnsafe(partSizeOf(layout, partNumber));
    const { bytesRead } = await file.read(body, 0, body.length, (partNumber - 1) * layout.partSizeBytes);
    if (bytesRead !== body.length) throw new Error("The file became shorter while it was being stored.");
    await multipart.put(upload, partNumber, body, stop);
    storedBytes += body.length;
    onStored?.(storedBytes);
  };
  try {
    const concurrency = Math.max(1, Math.floor(heldBytes / layout.partSizeBytes));
    const sending = pLimit(concurrency).map(partNumbers(layout), (partNumber) =>
      send(partNumber).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    );
    await sending;
    signal?.throwIfAborted();
    await multipart.complete(upload);
  } catch (error) {
    await multipart.abort(upload).catch(() => {});
    signal?.throwIfAborted();
    throw error;
  }
}
