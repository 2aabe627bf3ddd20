export { DiskObjectStore, type DiskStoreOptions } from "./disk/disk-object-store.ts";
export { openObjectStore } from "./open-object-store.ts";
