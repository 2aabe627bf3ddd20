import { open } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { openFileSource } from "../reading/byte-source.ts";
import { readSourceLevels, type SourceLevel } from "../source-view/source-levels.ts";
import { eighthOf } from "./preview-size.ts";
import { type ColourFacts, finishStripTiff, type StripLayout } from "./strip-tiff.ts";
import { shrinkTileRows, type TileRows } from "./tile-rows.ts";

const mostThreads = 4;
const threadFile = new URL("./tile-rows-thread.ts", import.meta.url);
const noProfile = new Uint8Array(0);

/**
 * Writes a TIFF in JPEG tiles at an eighth of its size as an uncompressed one: one pixel for each block of 8 x 8, its mean.
 * Tiles are independent, and each processor takes rows of them.
 *
 * @returns false, and no usable file, if its tiles can't be shown, are coded in different ways or are damaged.
 */
export async function shrinkTiles(sourcePath: string, targetPath: string, colours: ColourFacts): Promise<boolean> {
  const level = await fullLevel(sourcePath);
  if (!level || level.tile.widthPx % 8 > 0 || level.tile.heightPx % 8 > 0) return false;
  const layout: StripLayout = { ...eighthOf(level), channels: 3, rowsPerStrip: level.tile.heightPx / 8 };
  const target = await open(targetPath, "w");
  try {
    const next = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const rows: TileRows = { sourcePath, targetPath, level, layout, next };
    const threads = Math.min(availableParallelism(), mostThreads);
    const others = Array.from({ length: threads - 1 }, () => inThread(rows));
    const areWhole = await Promise.all([shrinkTileRows(rows), ...others]);
    if (areWhole.includes(false)) return false;
    await finishStripTiff(target, layout, colours);
    return true;
  } finally {
    await target.close();
  }
}

/** The profile goes into the new TIFF, not into every tile. */
async function fullLevel(sourcePath: string): Promise<SourceLevel | null> {
  const source = await openFileSource(sourcePath);
  try {
    const [full] = await readSourceLevels(source);
    return full ? { ...full, profile: noProfile } : null;
  } finally {
    await source.close();
  }
}

function inThread(rows: TileRows): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  new Worker(threadFile, { workerData: rows })
    .once("message", resolve)
    .once("error", reject)
    .once("exit", () => reject(new Error("The thread ended before its rows were done.")));
  return promise;
}
