import { fileURLToPath } from "node:url";
import { DiskObjectStore } from "./disk/disk-object-store.ts";

/**
 * Opens the store that an address names: `file:///srv/tilewright` is a directory on this machine or one that is
 * mounted there.
 *
 * @param signingSecret signs part addresses; needed only where uploads are accepted.
 * @throws Error when the address is of no known kind.
 */
export function openObjectStore(storageUrl: string, signingSecret: string): Promise<DiskObjectStore> {
  const url = new URL(storageUrl);
  if (url.protocol !== "file:")
    throw new Error(`STORAGE_URL must begin with file:// but begins with ${url.protocol}//.`);
  return DiskObjectStore.open({ directory: fileURLToPath(url), signingSecret });
}
