import { type Grid, gridOf, type Size, storedLevels, storedSize } from "../geometry.ts";

/** A part of the source that becomes a TIFF of its own. */
export interface Block extends Size {
  readonly leftPx: number;
  readonly topPx: number;
}

export interface BlockPlan {
  readonly blocks: readonly Block[];
  /** Levels of the whole image that the blocks' levels add up to. */
  readonly levels: readonly Grid[];
}

/** sharp writes no JPEG-compressed TIFF with a longer side, though the format itself has no such limit. */
const longestSidePx = 65_535;
/** A multiple of the tile size many times halved: tiles of neighbouring blocks line up on that many levels. */
const blockSidePx = 32_768;

/** One block for most images; several for those that sharp cannot write as one TIFF. */
export function planBlocks(full: Size, tileSizePx: number): BlockPlan {
  const blocks = cut(full.heightPx).flatMap((row) =>
    cut(full.widthPx).map((column) => ({
      leftPx: column.start,
      topPx: row.start,
      widthPx: column.length,
      heightPx: row.length,
    })),
  );
  if (blocks.length === 1) return { blocks, levels: storedLevels(full, tileSizePx) };
  const aligned = Math.log2(blockSidePx / tileSizePx) + 1;
  const shared = Math.min(aligned, ...blocks.map((block) => storedLevels(block, tileSizePx).length));
  const levels = Array.from({ length: shared }, (_, halvings) => gridOf(storedSize(full, halvings), tileSizePx));
  return { blocks, levels };
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
