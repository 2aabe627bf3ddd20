import type { ByteSource } from "../bytes/byte-source.ts";
import { invalidPyramid, ReadAhead } from "../bytes/read-ahead.ts";
import { dziSize, floorSize, gridOf, type Size } from "../geometry.ts";
import { type TileFormatName, tileFormatNames } from "../names.ts";
import type { StoredLevel } from "../pyramid-level.ts";
import { tag } from "../tiff/numbers.ts";
import { type Directory, openTiff, readDirectory, readNumber, readNumbers } from "../tiff/read-directory.ts";
import { tileFormats } from "../tile-format/tile-formats.ts";

interface Tiling extends Size {
  readonly tileSizePx: number;
  readonly tileFormat: TileFormatName;
}

export interface PyramidIndex extends Tiling {
  /** From full size down, each half of the one before. */
  readonly levels: readonly StoredLevel[];
}

const mostLevels = 32;

/**
 * Reads the directories of a pyramid, in a few reads for each level.
 *
 * @throws PyramidError INVALID_PYRAMID anything that this package would not have written.
 */
export async function readPyramidIndex(source: ByteSource): Promise<PyramidIndex> {
  const bytes = new ReadAhead(source);
  const levels: StoredLevel[] = [];
  let full: Tiling | undefined;
  const { layout, first } = await openTiff(bytes);
  if (!layout.little || !layout.big) throw invalidPyramid("it is not a little-endian BigTIFF");
  for (let at = first; at !== 0; ) {
    if (levels.length === mostLevels) throw invalidPyramid("it has too many levels");
    const directory = await readDirectory(bytes, layout, at);
    full ??= await readTiling(bytes, directory);
    levels.push(await readLevel(bytes, directory, full, levels.length));
    at = directory.next;
  }
  if (!full) throw invalidPyramid("it has no levels");
  return { ...full, levels };
}

async function readTiling(bytes: ReadAhead, directory: Directory): Promise<Tiling> {
  const size = await readSize(bytes, directory);
  const tileSizePx = await readNumber(bytes, directory, tag.tileWidth);
  const isSupported = tileSizePx === 256 || tileSizePx === 512;
  if (size.widthPx < 1 || size.heightPx < 1 || !isSupported) throw invalidPyramid("its size is out of range");
  const compression = await readNumber(bytes, directory, tag.compression);
  const tileFormat = tileFormatNames.find((name) => tileFormats[name].compression === compression);
  if (!tileFormat) throw invalidPyramid("its tiles are of an unknown format");
  return { ...size, tileSizePx, tileFormat };
}

async function readLevel(bytes: ReadAhead, directory: Directory, full: Tiling, halvings: number): Promise<StoredLevel> {
  const format = tileFormats[full.tileFormat];
  await expectNumbers(bytes, directory, [
    [tag.tileWidth, full.tileSizePx],
    [tag.tileHeight, full.tileSizePx],
    [tag.compression, format.compression],
    [tag.samplesPerPixel, 3],
  ]);
  const size = await readSize(bytes, directory);
  const [least, most] = [floorSize(full, halvings), dziSize(full, halvings)];
  const isHalved =
    size.widthPx >= Math.max(1, least.widthPx) &&
    size.widthPx <= most.widthPx &&
    size.heightPx >= Math.max(1, least.heightPx) &&
    size.heightPx <= most.heightPx;
  if (!isHalved) throw invalidPyramid("a level is not half the size of the one before");
  const photometric = await readNumber(bytes, directory, tag.photometric);
  const jpegTables = await format.readTables(bytes, directory);
  // The arrays' lengths follow from the size, and their bytes lie within the file: nothing else sets what is allocated.
  const grid = gridOf(size, full.tileSizePx);
  const count = grid.columns * grid.rows;
  const offsets = await readNumbers(bytes, directory, tag.tileOffsets, count);
  const lengths = Uint32Array.from(await readNumbers(bytes, directory, tag.tileLengths, count));
  const within = offsets.every((offset, i) => offset + (lengths[i] ?? 0) <= bytes.sizeBytes);
  if (!within || lengths.some((length) => length < 4)) throw invalidPyramid("a tile lies outside the file");
  return { ...grid, offsets, lengths, tileFormat: full.tileFormat, jpegTables, photometric };
}

const readSize = async (bytes: ReadAhead, directory: Directory): Promise<Size> => ({
  widthPx: await readNumber(bytes, directory, tag.width),
  heightPx: await readNumber(bytes, directory, tag.height),
});

async function expectNumbers(
  bytes: ReadAhead,
  directory: Directory,
  expected: readonly (readonly [id: number, value: number])[],
): Promise<void> {
  for (const [id, value] of expected) {
    if ((await readNumber(bytes, directory, id)) !== value) throw invalidPyramid(`field ${id} has an unexpected value`);
  }
}
