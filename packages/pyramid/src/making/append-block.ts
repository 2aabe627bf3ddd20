import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { PyramidError } from "../errors.ts";
import { openFileSource } from "../reading/byte-source.ts";
import { type PyramidIndex, readPyramidIndex, type StoredLevel } from "../reading/pyramid-index.ts";
import type { Block } from "./blocks.ts";

const headerBytes = 16;

/** Appends the TIFF of a block to the file of the whole image, and enters its tiles into the whole image's levels. */
export async function appendBlock(
  blockPath: string,
  block: Block,
  targetPath: string,
  tileSizePx: number,
  levels: StoredLevel[],
): Promise<void> {
  const index = await readIndexOf(blockPath);
  const shift = (await stat(targetPath)).size - headerBytes;
  // The block's own directories come along unused: about a thousandth of the bytes, and one plain copy.
  await pipeline(createReadStream(blockPath, { start: headerBytes }), createWriteStream(targetPath, { flags: "a" }));
  for (const [halvings, level] of levels.entries()) {
    const part = index.levels[halvings];
    if (!part) throw new PyramidError("INTERNAL", "A part of the pyramid lacks a level.");
    if (level.jpegTables.length > 0 && !Buffer.from(level.jpegTables).equals(part.jpegTables)) {
      throw new PyramidError("INTERNAL", "The parts of the pyramid were not compressed alike.");
    }
    const left = block.leftPx / 2 ** halvings / tileSizePx;
    const top = block.topPx / 2 ** halvings / tileSizePx;
    for (let row = 0; row < part.rows; row++) {
      const from = row * part.columns;
      const to = (top + row) * level.columns + left;
      for (let column = 0; column < part.columns; column++) {
        level.offsets[to + column] = (part.offsets[from + column] ?? 0) + shift;
        level.lengths[to + column] = part.lengths[from + column] ?? 0;
      }
    }
    levels[halvings] = { ...level, jpegTables: part.jpegTables, photometric: part.photometric };
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
