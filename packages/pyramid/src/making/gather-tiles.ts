import type { Block, BlockPlan } from "../admission/blocks.ts";
import { openFileSource } from "../bytes/byte-source.ts";
import { PyramidError } from "../errors.ts";
import type { TileFormatName } from "../names.ts";
import type { StoredLevel } from "../pyramid-level.ts";
import { type PyramidIndex, readPyramidIndex } from "../reading/pyramid-index.ts";

/** Levels of the whole image whose tiles are not known yet. */
export const emptyLevels = (plan: BlockPlan, tileFormat: TileFormatName): StoredLevel[] =>
  plan.levels.map((grid) => ({
    ...grid,
    offsets: new Float64Array(grid.columns * grid.rows),
    lengths: new Uint32Array(grid.columns * grid.rows),
    tileFormat,
    jpegTables: new Uint8Array(0),
    photometric: 0,
  }));

/**
 * Enters the tiles of a block's TIFF into the levels of the whole image.
 *
 * @param shiftBytes how much further back in the whole image's file the block's tiles are than in `part`.
 */
export function gatherTiles(part: PyramidIndex, block: Block, shiftBytes: number, levels: StoredLevel[]): void {
  for (const [halvings, level] of levels.entries()) {
    const from = part.levels[halvings];
    if (!from) throw new PyramidError("INTERNAL", "A part of the pyramid lacks a level.");
    if (level.jpegTables.length > 0 && !Buffer.from(level.jpegTables).equals(from.jpegTables)) {
      throw new PyramidError("INTERNAL", "The parts of the pyramid were not compressed alike.");
    }
    const left = block.leftPx / 2 ** halvings / part.tileSizePx;
    const top = block.topPx / 2 ** halvings / part.tileSizePx;
    for (let row = 0; row < from.rows; row++) {
      const source = row * from.columns;
      const target = (top + row) * level.columns + left;
      for (let column = 0; column < from.columns; column++) {
        level.offsets[target + column] = (from.offsets[source + column] ?? 0) + shiftBytes;
        level.lengths[target + column] = from.lengths[source + column] ?? 0;
      }
    }
    levels[halvings] = { ...level, jpegTables: from.jpegTables, photometric: from.photometric };
  }
}

export async function readIndexOf(path: string): Promise<PyramidIndex> {
  const source = await openFileSource(path);
  try {
    return await readPyramidIndex(source);
  } finally {
    await source.close();
  }
}
