import { open } from "node:fs/promises";
import { type FileSource, openFileSource } from "../../bytes/byte-source.ts";
import type { Size } from "../../geometry.ts";
import { type Rows, TileDcDecoder } from "../../jpeg/dc/tile-dc-decoder.ts";
import type { SourceLevel } from "../../source-view/source-level.ts";
import { mostTileBytes, readSourceTile } from "../../source-view/source-tile.ts";
import { type StripLayout, writeStrip } from "../../tiff/strip-tiff.ts";
import { type RowsTask, takeRows } from "./row-threads.ts";

/** Rows of tiles that several threads put into one TIFF. */
export interface TileRows extends RowsTask {
  readonly sourcePath: string;
  /** A strip of this file is a row of tiles. */
  readonly targetPath: string;
  readonly level: SourceLevel;
  readonly layout: StripLayout;
  /** Pixels of the result before the first MCU that reaches beyond the image; the last of them goes on. */
  readonly whole: Size;
}

/** Read together, which is quicker than one by one. */
const tilesAtOnce = 32;

/** @returns false, and the other threads end as well, if a tile is coded in a way of its own or damaged. */
export async function shrinkTileRows(rows: TileRows): Promise<boolean> {
  const { sourcePath, targetPath, level, layout, whole } = rows;
  const source = await openFileSource(sourcePath);
  const target = await open(targetPath, "r+");
  try {
    const decoder = await openTileDecoder(source, level);
    if (!decoder) return false;
    const pixels = new Uint8ClampedArray(layout.widthPx * layout.rowsPerStrip * layout.channels);
    return await takeRows(rows, async (row) => {
      if (!(await shrinkRow(source, level, row, decoder, { data: pixels, widthPx: layout.widthPx }))) return false;
      repeatLastColumn(pixels, layout, whole.widthPx);
      writeStrip(target.fd, layout, row, pixels);
      return true;
    });
  } finally {
    await source.close();
    await target.close();
  }
}

/** Null if the tiles of a level can't be read like this. */
export async function openTileDecoder(source: FileSource, level: SourceLevel): Promise<TileDcDecoder | null> {
  const first = await readSourceTile(source, level, 0, 0);
  return first && TileDcDecoder.of(first, level.tile, mostTileBytes(level));
}

async function shrinkRow(
  source: FileSource,
  level: SourceLevel,
  row: number,
  decoder: TileDcDecoder,
  pixels: Rows,
): Promise<boolean> {
  for (let column = 0; column < level.places.columns; column += tilesAtOnce) {
    const count = Math.min(tilesAtOnce, level.places.columns - column);
    const reads = Array.from({ length: count }, (_, i) => readSourceTile(source, level, column + i, row));
    for (const [i, bytes] of (await Promise.all(reads)).entries()) {
      if (!bytes || !decoder.read(bytes, pixels, (column + i) * (level.tile.widthPx / 8))) return false;
    }
  }
  return true;
}

function repeatLastColumn(pixels: Uint8ClampedArray, { widthPx, channels }: StripLayout, wholePx: number): void {
  for (let start = 0; start < pixels.length; start += widthPx * channels) {
    for (let at = start + wholePx * channels; at < start + widthPx * channels; at++) {
      pixels[at] = pixels[at - channels] ?? 0;
    }
  }
}
