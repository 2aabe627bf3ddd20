import { open } from "node:fs/promises";
import { openFileSource } from "../../bytes/byte-source.ts";
import type { Size } from "../../geometry.ts";
import type { SourceLevel } from "../../source-view/source-level.ts";
import { readSourceLevels } from "../../source-view/source-levels.ts";
import { type ColourFacts, finishStripTiff, repeatRow, type StripLayout } from "../../tiff/strip-tiff.ts";
import { eighthOf } from "./eighth-size.ts";
import { inThreads, sharedCounter } from "./row-threads.ts";
import { openTileDecoder, shrinkTileRows, type TileRows } from "./tile-rows.ts";

const threadFile = new URL("./tile-rows-thread.ts", import.meta.url);
const noProfile = new Uint8Array(0);

/**
 * Writes a TIFF in JPEG tiles at an eighth of its size as an uncompressed one: one pixel for each block of 8 x 8, its
 * mean. Tiles are independent, and each processor takes rows of them.
 *
 * @returns false, and no usable file, if its tiles can't be shown, are coded in different ways or are damaged.
 */
export async function shrinkTiles(sourcePath: string, targetPath: string, colours: ColourFacts): Promise<boolean> {
  const { level, mcu } = (await readTiles(sourcePath)) ?? {};
  if (!level || !mcu) return false;
  const layout: StripLayout = { ...eighthOf(level), channels: 3, rowsPerStrip: level.tile.heightPx / 8 };
  // MCUs that are only begun hold whatever lies beyond the image as well.
  const [across, down] = [Math.floor(level.widthPx / mcu.widthPx), Math.floor(level.heightPx / mcu.heightPx)];
  const whole = { widthPx: (across * mcu.widthPx) / 8, heightPx: (down * mcu.heightPx) / 8 };
  if (across === 0 || down === 0) return false;
  const target = await open(targetPath, "w+");
  try {
    const rowCount = Math.ceil(layout.heightPx / layout.rowsPerStrip);
    const rows: TileRows = { sourcePath, targetPath, level, layout, whole, rowCount, next: sharedCounter() };
    if (!(await inThreads(rows, threadFile, shrinkTileRows))) return false;
    repeatRow(target.fd, layout, whole.heightPx - 1);
    await finishStripTiff(target, layout, colours);
    return true;
  } finally {
    await target.close();
  }
}

/** The image's tiles, and of how many pixels are coded together in them. */
async function readTiles(sourcePath: string): Promise<{ level: SourceLevel; mcu: Size } | null> {
  const source = await openFileSource(sourcePath);
  try {
    const [full] = await readSourceLevels(source);
    // The profile goes into the new TIFF, not into every tile.
    const level = full && { ...full, profile: noProfile };
    const decoder = level && (await openTileDecoder(source, level));
    return level && decoder ? { level, mcu: decoder.mcu } : null;
  } finally {
    await source.close();
  }
}
