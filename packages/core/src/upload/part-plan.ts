import { TilewrightError } from "../errors.ts";
import type { PartLayout } from "../storage/object-store.ts";

const MiB = 2 ** 20;
const smallestPartBytes = 8 * MiB;
/** S3's own limit; with parts of up to 5 GiB it allows files of 48 TiB. */
const mostParts = 10_000;

/**
 * How a file of `sizeBytes` (at least 1) is cut into parts: all equal but the last, whole MiB, at least 8 MiB each,
 * and larger the larger the file is so that 10,000 parts always suffice.
 */
export function planParts(sizeBytes: number): PartLayout {
  const partSizeBytes = Math.max(smallestPartBytes, Math.ceil(sizeBytes / mostParts / MiB) * MiB);
  return { sizeBytes, partSizeBytes, partCount: Math.ceil(sizeBytes / partSizeBytes) };
}

/** Exact size of one part. @throws TilewrightError PART_NUMBER_OUT_OF_RANGE */
export function partSizeOf(layout: PartLayout, partNumber: number): number {
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > layout.partCount) {
    throw new TilewrightError(
      "PART_NUMBER_OUT_OF_RANGE",
      `Part ${partNumber} does not exist: this upload has parts 1 to ${layout.partCount}.`,
      { partNumber, partCount: layout.partCount },
    );
  }
  return partNumber < layout.partCount
    ? layout.partSizeBytes
    : layout.sizeBytes - (layout.partCount - 1) * layout.partSizeBytes;
}

/** 1 to `partCount`. */
export const partNumbers = ({ partCount }: PartLayout): number[] => Array.from({ length: partCount }, (_, i) => i + 1);
