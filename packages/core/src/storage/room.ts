import { TilewrightError } from "../errors.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;

/** What the disk under a store has left. */
export interface Room {
  readonly sizeBytes: number;
  /** What may still be written, by whomever. */
  readonly freeBytes: number;
  /** Of that, what open uploads have not sent yet: an upload that was opened has its room. */
  readonly promisedBytes: number;
  /** Kept free for the database, the logs, and for finishing and deleting what is there. */
  readonly reserveBytes: number;
}

/** What a new upload may take at most. */
export const spareBytes = ({ freeBytes, promisedBytes, reserveBytes }: Room): number =>
  Math.max(0, freeBytes - promisedBytes - reserveBytes);

/**
 * Where nobody has set it: a twentieth of the disk, but at most 2 GiB, and at least 64 MiB where that is not a quarter.
 */
export const defaultReserveBytes = (diskBytes: number): number =>
  Math.round(Math.min(2 * GiB, Math.max(Math.min(64 * MiB, diskBytes / 4), diskBytes / 20)));

/** The refusal of bytes for which there is no room, with the figures. */
export function storageFull(neededBytes: number, room: Room): TilewrightError {
  const { freeBytes, promisedBytes, reserveBytes } = room;
  return new TilewrightError(
    "STORAGE_FULL",
    `The server's disk has no room for these ${sizeText(neededBytes)}: of ${sizeText(freeBytes)} that are free, ` +
      `${sizeText(promisedBytes)} are promised to uploads under way and ${sizeText(reserveBytes)} are kept for the ` +
      "service itself. Delete slides, cancel unfinished uploads or free room on the disk, then go on.",
    { neededBytes, freeBytes, promisedBytes, reserveBytes },
  );
}

/** As people read it: 358 MiB, 1.5 TiB. */
export function sizeText(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** power;
  return `${amount < 10 && power > 0 ? amount.toFixed(1) : Math.round(amount)} ${units[power]}`;
}
