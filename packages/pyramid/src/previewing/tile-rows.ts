import { open } from "node:fs/promises";
import type { Size } from "../geometry.ts";
import { type FileSource, openFileSource } from "../reading/byte-source.ts";
import type { SourceLevel } from "../source-view/source-levels.ts";
import { mostTileBytes, readSourceTile } from "../source-view/source-tile.ts";
import { type StripLayout, writeStrip } from "./strip-tiff.ts";
import { TileMeans } from "./tile-means.ts";

/** Rows of tiles that several threads put into one TIFF, each of them taking the next. */
export interface TileRows {
  readonly sourcePath: string;
  /** A strip of this file is a row of tiles. */
  readonly targetPath: string;
  readonly level: SourceLevel;
  readonly layout: StripLayout;
  /** One number, shared by the threads: the next row. */
  readonly next: Int32Array;
}

/** Read together, which is quicker than one by one. */
const tilesAtOnce = 32;

/** @returns false, and the other threads end as well, if a tile is coded in a way of its own or damaged. */
export async function shrinkTileRows({ sourcePath, targetPath, level, layout, next }: TileRows): Promise<boolean> {
  const source = await openFileSource(sourcePath);
  const target = await open(targetPath, "r+");
  try {
    const first = await readSourceTile(source, level, 0, 0);
    const means = first && TileMeans.of(first, mostTileBytes(level));
    if (!means) return false;
    const pixels = new Uint8ClampedArray(layout.widthPx * layout.rowsPerStrip * layout.channels);
    const rowCount = Math.ceil(layout.heightPx / layout.rowsPerStrip);
    for (let row = Atomics.add(next, 0, 1); row < rowCount; row = Atomics.add(next, 0, 1)) {
      if (!(await shrinkRow(source, level, row, means, { data: pixels, widthPx: layout.widthPx }))) {
        Atomics.store(next, 0, rowCount);
        return false;
      }
      repeatBegunBlocks(pixels, level, layout, row);
      writeStrip(target.fd, layout, row, pixels);
    }
    return true;
  } finally {
    await source.close();
    await target.close();
  }
}

async function shrinkRow(
  source: FileSource,
  level: SourceLevel,
  row: number,
  means: TileMeans,
  pixels: Parameters<TileMeans["read"]>[1],
): Promise<boolean> {
  for (let column = 0; column < level.places.columns; column += tilesAtOnce) {
    const count = Math.min(tilesAtOnce, level.places.columns - column);
    const reads = Array.from({ length: count }, (_, i) => readSourceTile(source, level, column + i, row));
    for (const [i, bytes] of (await Promise.all(reads)).entries()) {
      if (!bytes || !means.read(bytes, pixels, (column + i) * (level.tile.widthPx / 8))) return false;
    }
  }
  return true;
}

/** A block that is only begun holds whatever lies beyond the image as well: the one before it goes on instead. */
function repeatBegunBlocks(pixels: Uint8ClampedArray, image: Size, layout: StripLayout, strip: number): void {
  const { widthPx, heightPx, channels, rowsPerStrip } = layout;
  const rowBytes = widthPx * channels;
  if (8 * widthPx > image.widthPx) {
    for (let end = rowBytes; end <= pixels.length; end += rowBytes) {
      pixels.copyWithin(end - channels, end - 2 * channels, end - channels);
    }
  }
  const last = heightPx - 1 - strip * rowsPerStrip;
  if (8 * heightPx > image.heightPx && last > 0 && last < rowsPerStrip) {
    pixels.copyWithin(last * rowBytes, (last - 1) * rowBytes, last * rowBytes);
  }
}
