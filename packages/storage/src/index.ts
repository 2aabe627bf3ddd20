export { DiskObjectStore } from "./disk/disk-object-store.ts";
export { openObjectStore } from "./open-object-store.ts";
export type { S3ObjectStore } from "./s3/s3-object-store.ts";
