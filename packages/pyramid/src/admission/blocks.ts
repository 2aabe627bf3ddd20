import { dziSize, floorSize, type Grid, gridOf, type Size } from "../geometry.ts";

/** A part of the upright source that becomes a TIFF of its own. */
export interface Block extends Size {
  readonly leftPx: number;
  readonly topPx: number;
}

export interface BlockPlan {
  readonly blocks: readonly Block[];
  /** Whether the blocks are filled up to whole tiles with their last column and row. */
  readonly padded: boolean;
  /** Levels of the whole image that the blocks' levels add up to, from full size down. */
  readonly levels: readonly Grid[];
}

/** sharp writes no JPEG-compressed TIFF with a side above 65,535, though BigTIFF can: this many whole tiles fit. */
const longestSidePx = 65_024;
/** A multiple of the tile size many times halved: tiles of neighbouring blocks line up on that many levels. */
const blockSidePx = 32_768;

/** One block for most images; several for those that sharp cannot write as one TIFF. */
export function planBlocks(full: Size, tileSizePx: number, padded: boolean): BlockPlan {
  const blocks = cut(full.heightPx).flatMap((row) =>
    cut(full.widthPx).map((column) => ({
      leftPx: column.start,
      topPx: row.start,
      widthPx: column.length,
      heightPx: row.length,
    })),
  );
  const aligned = blocks.length === 1 ? Number.POSITIVE_INFINITY : Math.log2(blockSidePx / tileSizePx) + 1;
  const written = blocks.map((block) => (padded ? wholeTiles(block, tileSizePx) : block));
  const count = Math.min(aligned, ...written.map((size) => writtenLevelCount(size, tileSizePx)));
  return { blocks, padded, levels: levelsOf(full, tileSizePx, padded, count) };
}

/** The first `count` levels of an image or a block. Of a padded one, no part of a pixel is lost in halving. */
export const levelsOf = (size: Size, tileSizePx: number, padded: boolean, count: number): Grid[] =>
  Array.from({ length: count }, (_, halvings) =>
    gridOf(padded ? dziSize(size, halvings) : floorSize(size, halvings), tileSizePx),
  );

export const wholeTiles = ({ widthPx, heightPx }: Size, tileSizePx: number): Size => ({
  widthPx: Math.ceil(widthPx / tileSizePx) * tileSizePx,
  heightPx: Math.ceil(heightPx / tileSizePx) * tileSizePx,
});

/** libvips halves until one tile holds all, or until a side would vanish. */
function writtenLevelCount(size: Size, tileSizePx: number): number {
  for (let count = 1; ; count++) {
    const above = floorSize(size, count - 1);
    const next = floorSize(size, count);
    const fitsOneTile = above.widthPx <= tileSizePx && above.heightPx <= tileSizePx;
    if (fitsOneTile || next.widthPx < 1 || next.heightPx < 1) return count;
  }
}

/** The last span takes a short rest along, so that no block is too small to have all shared levels. */
function cut(lengthPx: number): { start: number; length: number }[] {
  if (lengthPx <= longestSidePx) return [{ start: 0, length: lengthPx }];
  const count = Math.round(lengthPx / blockSidePx);
  return Array.from({ length: count }, (_, i) => ({
    start: i * blockSidePx,
    length: i === count - 1 ? lengthPx - i * blockSidePx : blockSidePx,
  }));
}
