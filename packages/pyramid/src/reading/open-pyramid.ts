import type { ByteSource } from "../bytes/byte-source.ts";
import type { PyramidShape } from "../facts.ts";
import { countTiles, dziLevelCount } from "../geometry.ts";
import { DziTiles } from "./dzi-tiles.ts";
import type { Pixels } from "./pixels.ts";
import { readPyramidIndex } from "./pyramid-index.ts";

export interface Pyramid extends PyramidShape {
  /**
   * A Deep Zoom tile as a file of the pyramid's format, of exactly the size that Deep Zoom gives it. Tiles inside the
   * image are not decoded: one read of the source.
   *
   * @param level 0 is 1 x 1 pixel, `levelCount - 1` full size.
   * @returns null if the pyramid has no such tile.
   * @throws PyramidError INVALID_PYRAMID; CORRUPT_IMAGE a tile can't be decoded. @throws whatever the source's `read`
   * throws.
   */
  readTile(level: number, column: number, row: number): Promise<Uint8Array | null>;
  /** The same, decoded: without the compression that tiles at an edge go through once more. @throws as readTile. */
  readPixels(level: number, column: number, row: number): Promise<Pixels | null>;
}

/**
 * Opens a pyramid by reading its index: a few reads for each level, and twelve bytes of memory for each tile. The
 * source is read from for as long as the pyramid is used.
 *
 * @throws PyramidError INVALID_PYRAMID. @throws whatever the source's `read` throws.
 */
export async function openPyramid(source: ByteSource): Promise<Pyramid> {
  const index = await readPyramidIndex(source);
  const tiles = new DziTiles(source, index);
  return {
    widthPx: index.widthPx,
    heightPx: index.heightPx,
    levelCount: dziLevelCount(index),
    tileSizePx: index.tileSizePx,
    tileFormat: index.tileFormat,
    tileCount: countTiles(index.levels),
    sizeBytes: source.sizeBytes,
    readTile: (level, column, row) => tiles.read(level, column, row),
    readPixels: (level, column, row) => tiles.readPixels(level, column, row),
  };
}
