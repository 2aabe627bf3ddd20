import { TilewrightError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import type { StoredPart } from "../storage/object-store.ts";
import type { Upload } from "./ports.ts";
import { abortUpload } from "./verbs.ts";

const pageSize = 100;

/**
 * Gives up uploads that have received nothing for `idleMs`: a store keeps, and bills, the parts of an open upload for
 * ever. One whose source is whole already only waits for its completion and is left alone.
 *
 * @param signal ends it early; what is left is found again.
 * @returns how many were given up.
 */
export async function abortAbandonedUploads(ports: Ports, idleMs: number, signal: AbortSignal): Promise<number> {
  let count = 0;
  let cursor: string | undefined;
  do {
    const { uploads, before } = await ports.uploads.findOpenFor(idleMs, pageSize, cursor);
    for (const upload of uploads) {
      if (signal.aborted) return count;
      if (await ports.objects.head(upload.sourceKey)) continue;
      if ((await partsOf(ports, upload)).some(({ arrivedAt }) => arrivedAt >= before)) continue;
      count += await giveUp(ports, upload);
    }
    cursor = uploads.length === pageSize ? uploads.at(-1)?.uploadId : undefined;
  } while (cursor);
  return count;
}

/** None where the store has forgotten the upload, as one whose bucket removes old parts by a rule of its own. */
const partsOf = (ports: Ports, { sourceKey: key, storageUploadId }: Upload): Promise<StoredPart[]> =>
  ports.objects.listParts({ key, storageUploadId }).catch(unlessClosed([]));

/** Its sender may have come back and completed it at this very moment. */
const giveUp = (ports: Ports, { uploadId }: Upload): Promise<number> =>
  abortUpload(ports, { uploadId }).then(() => 1, unlessClosed(0));

const unlessClosed =
  <Value>(value: Value) =>
  (error: unknown): Value => {
    if (error instanceof TilewrightError && error.code === "UPLOAD_CLOSED") return value;
    throw error;
  };
