import type { Ports } from "../ports.ts";

const pageSize = 100;

/**
 * Ends uploads whose source is whole in the store although their completion never reached the database: the server
 * died in between, and the sender has not come back to ask again.
 *
 * @param signal ends it early; what is left is found again.
 * @returns how many were completed.
 */
export async function completeAssembledUploads(ports: Ports, signal: AbortSignal): Promise<number> {
  let count = 0;
  let cursor: string | undefined;
  do {
    const uploads = await ports.uploads.listOpen({ limit: pageSize, cursor });
    for (const { uploadId, sourceKey, sizeBytes } of uploads) {
      const source = await ports.objects.head(sourceKey);
      if (source?.sizeBytes !== sizeBytes) continue;
      if (await ports.uploads.complete(uploadId, ports.settings.maxAttempts)) count += 1;
    }
    cursor = uploads.length === pageSize ? uploads.at(-1)?.uploadId : undefined;
  } while (cursor && !signal.aborted);
  return count;
}
