import { fileURLToPath } from "node:url";
import { DiskObjectStore } from "./disk/disk-object-store.ts";
import type { S3ObjectStore } from "./s3/s3-object-store.ts";

/**
 * Opens the store that an address names: `file:///srv/tilewright` is a directory on this machine or one that is
 * mounted there, `s3://bucket/prefix?endpoint=https://…` a bucket of any S3-compatible store.
 *
 * @param signingSecret signs part addresses of a disk store; needed only where uploads are accepted.
 * @param reserveBytes of a disk, what uploads never touch; a share of it by default. A bucket has none.
 * @throws Error when the address is of no known kind.
 */
export async function openObjectStore(
  storageUrl: string,
  signingSecret: string,
  reserveBytes?: number,
): Promise<DiskObjectStore | S3ObjectStore> {
  const url = new URL(storageUrl);
  if (url.protocol === "file:") {
    return DiskObjectStore.open({ directory: fileURLToPath(url), signingSecret, reserveBytes });
  }
  if (url.protocol === "s3:") {
    // Amazon's library is large: who has no bucket starts without it.
    const s3 = await import("./s3/s3-object-store.ts");
    return s3.S3ObjectStore.open({ url });
  }
  throw new Error(`STORAGE_URL must begin with file:// or s3:// but begins with ${url.protocol}//.`);
}
