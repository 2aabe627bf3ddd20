import { type Grid, gridOf, type Size, storedSize } from "../geometry.ts";
import {
  type Directory,
  firstDirectory,
  readBytes,
  readDirectory,
  readNumber,
  readNumbers,
  tag,
} from "./bigtiff-directory.ts";
import type { ByteSource } from "./byte-source.ts";
import { invalidPyramid, ReadAhead } from "./read-ahead.ts";

/** Where the tiles of a stored level are, row by row. Twelve bytes per tile. */
export interface StoredLevel extends Grid {
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;
  /** Quantisation and Huffman tables that the level's tiles share, as a JPEG stream of their own. */
  readonly jpegTables: Uint8Array;
  /** TIFF's PhotometricInterpretation: 6 YCbCr, 2 RGB. */
  readonly photometric: number;
}

export interface PyramidIndex extends Size {
  readonly tileSizePx: number;
  /** From full size down, each half of the one before. */
  readonly levels: readonly StoredLevel[];
}

const mostLevels = 32;
const jpegCompression = 7;

/**
 * Reads the directories of a pyramid, in a few reads for each level.
 *
 * @throws PyramidError INVALID_PYRAMID anything that this package would not have written.
 */
export async function readPyramidIndex(source: ByteSource): Promise<PyramidIndex> {
  const bytes = new ReadAhead(source);
  const levels: StoredLevel[] = [];
  let full: (Size & { tileSizePx: number }) | undefined;
  for (let at = await firstDirectory(bytes); at !== 0; ) {
    if (levels.length === mostLevels) throw invalidPyramid("it has too many levels");
    const directory = await readDirectory(bytes, at);
    full ??= await readFullSize(bytes, directory);
    levels.push(await readLevel(bytes, directory, storedSize(full, levels.length), full.tileSizePx));
    at = directory.next;
  }
  if (!full) throw invalidPyramid("it has no levels");
  return { ...full, levels };
}

async function readFullSize(bytes: ReadAhead, directory: Directory): Promise<Size & { tileSizePx: number }> {
  const [widthPx, heightPx, tileSizePx] = [
    await readNumber(bytes, directory, tag.width),
    await readNumber(bytes, directory, tag.height),
    await readNumber(bytes, directory, tag.tileWidth),
  ];
  if (widthPx < 1 || heightPx < 1 || (tileSizePx !== 256 && tileSizePx !== 512)) {
    throw invalidPyramid("its size is out of range");
  }
  return { widthPx, heightPx, tileSizePx };
}

async function readLevel(bytes: ReadAhead, directory: Directory, size: Size, tileSizePx: number): Promise<StoredLevel> {
  const photometric = await readNumber(bytes, directory, tag.photometric);
  const expected = [
    [tag.width, size.widthPx],
    [tag.height, size.heightPx],
    [tag.tileWidth, tileSizePx],
    [tag.tileHeight, tileSizePx],
    [tag.compression, jpegCompression],
    [tag.samplesPerPixel, 3],
  ] as const;
  for (const [id, value] of expected) {
    if (value < 1 || (await readNumber(bytes, directory, id)) !== value) {
      throw invalidPyramid(`a level has an unexpected field ${id}`);
    }
  }
  const grid = gridOf(size, tileSizePx);
  const count = grid.columns * grid.rows;
  // Each array's length is known from the grid, and its bytes lie within the file: nothing else sets what is allocated.
  const jpegTables = await readBytes(bytes, directory, tag.jpegTables);
  const offsets = await readNumbers(bytes, directory, tag.tileOffsets, count);
  const lengths = Uint32Array.from(await readNumbers(bytes, directory, tag.tileLengths, count));
  const within = offsets.every((offset, i) => offset + (lengths[i] ?? 0) <= bytes.sizeBytes);
  if (!within || lengths.some((length) => length < 4)) throw invalidPyramid("a tile lies outside the file");
  return { ...grid, offsets, lengths, jpegTables, photometric };
}
