import type { ByteSource } from "../bytes/byte-source.ts";
import type { Size } from "../geometry.ts";
import { readSourceLevels } from "./source-levels.ts";
import { SourceTiles } from "./source-tiles.ts";

/** A source image that is stored in JPEG tiles, seen as Deep Zoom tiles without being made into a pyramid first. */
export interface SourceView extends Size {
  /** Deep Zoom levels of the image, from 1 x 1 pixel to full size. */
  readonly levelCount: number;
  /** Coarser levels than this one are not shown: the source has no copy of itself that is small enough. */
  readonly coarsestLevel: number;
  /** Tiles of the source, over all its levels. */
  readonly tileCount: number;
  /**
   * A Deep Zoom tile as a JPEG, of exactly the size that Deep Zoom gives it. Only tiles of the source that it touches
   * are decoded, of the smallest level that is fine enough, and never more than 8 megapixels.
   *
   * @returns null if there is no such tile, or its level is too coarse.
   * @throws PyramidError CORRUPT_IMAGE a tile of the source is damaged. @throws whatever the source's `read` throws.
   */
  readTile(level: number, column: number, row: number): Promise<Uint8Array | null>;
}

/**
 * Opens a TIFF whose image is stored in JPEG tiles (pyramidal TIFF, SVS, OME-TIFF), by a few reads for each of its
 * levels and twelve bytes of memory for each tile. It shows the colours that its pyramid will have.
 *
 * @param tileSizePx of the Deep Zoom tiles; those of the source have any size.
 * @returns null for any other image. @throws whatever the source's `read` throws.
 */
export async function openSourceView(source: ByteSource, tileSizePx: number): Promise<SourceView | null> {
  const [full, ...smaller] = await readSourceLevels(source);
  if (!full) return null;
  const tiles = new SourceTiles(source, [full, ...smaller], tileSizePx);
  return {
    widthPx: full.widthPx,
    heightPx: full.heightPx,
    levelCount: tiles.levelCount,
    coarsestLevel: tiles.coarsestLevel,
    tileCount: [full, ...smaller].reduce((sum, { places }) => sum + places.offsets.length, 0),
    readTile: (level, column, row) => tiles.read(level, column, row),
  };
}
