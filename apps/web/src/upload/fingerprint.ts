import type { Chosen } from "./choosing/chosen.ts";

/** What tells one file from another without reading it. */
export interface Fingerprint {
  readonly fileName: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970, as `File` has it. */
  readonly lastModified: number;
}

export const fingerprintOf = (file: Chosen): Fingerprint => ({
  fileName: file.name,
  sizeBytes: file.size,
  lastModified: file.lastModified,
});

export const isSameFile = (a: Fingerprint, b: Fingerprint): boolean =>
  a.fileName === b.fileName && a.sizeBytes === b.sizeBytes && a.lastModified === b.lastModified;
