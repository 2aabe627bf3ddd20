import { open } from "node:fs/promises";
import { PyramidError } from "../errors.ts";
import type { WrittenLevel } from "../pyramid-level.ts";
import { TileCheck } from "./tile-check.ts";

const mostBytes = 4 * 2 ** 20;
/** Writers of TIFFs begin a tile at an even place, or at a multiple of up to this. */
const alignmentBytes = 16;
const scanMarker = Buffer.from([0xff, 0xda]);
const endOfImage = 0xd9;

/**
 * Appends the tiles of a level to the file at `targetPath`, byte for byte and in the order in which they lie in the
 * source, which need not be that of rows: neighbours are moved together.
 *
 * @returns the level with the tiles' new places. @throws PyramidError CORRUPT_IMAGE.
 */
export async function copyTiles(
  sourcePath: string,
  targetPath: string,
  level: WrittenLevel,
  tileSizePx: number,
  onCount: (tiles: number) => void,
): Promise<WrittenLevel> {
  const check = new TileCheck(level, tileSizePx);
  const source = await open(sourcePath);
  const target = await open(targetPath, "a");
  try {
    const offsets = new Float64Array(level.offsets.length);
    const tiles = inFileOrder(level.offsets);
    let end = (await target.stat()).size;
    let buffer = Buffer.alloc(mostBytes);
    for (let done = 0; done < tiles.length; ) {
      const run = runFrom(level, tiles, done);
      if (run.sizeBytes > buffer.length) buffer = Buffer.alloc(run.sizeBytes);
      const bytes = buffer.subarray(0, run.sizeBytes);
      if ((await source.read(bytes, 0, run.sizeBytes, run.offset)).bytesRead !== run.sizeBytes) throw damaged();
      for (const tile of run.tiles) {
        const at = (level.offsets[tile] ?? 0) - run.offset;
        const stream = bytes.subarray(at, at + (level.lengths[tile] ?? 0));
        requireWhole(stream);
        await check.require(stream);
        offsets[tile] = end + at;
      }
      await target.write(bytes);
      end += run.sizeBytes;
      done += run.tiles.length;
      onCount(done);
    }
    return { ...level, offsets };
  } finally {
    await source.close();
    await target.close();
  }
}

const inFileOrder = (offsets: Float64Array): number[] =>
  Array.from(offsets.keys()).sort((a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0));

interface Run {
  readonly tiles: readonly number[];
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Of `tiles`, those from `first` on that lie one behind the other, up to a few megabytes; at least one. */
function runFrom({ offsets, lengths }: WrittenLevel, tiles: readonly number[], first: number): Run {
  const offsetOf = (at: number): number => offsets[tiles[at] ?? 0] ?? 0;
  const lengthOf = (at: number): number => lengths[tiles[at] ?? 0] ?? 0;
  const offset = offsetOf(first);
  let sizeBytes = lengthOf(first);
  let next = first + 1;
  for (; next < tiles.length; next++) {
    const gapBytes = offsetOf(next) - (offset + sizeBytes);
    const grown = sizeBytes + gapBytes + lengthOf(next);
    if (gapBytes < 0 || gapBytes >= alignmentBytes || grown > mostBytes) break;
    sizeBytes = grown;
  }
  return { tiles: tiles.slice(first, next), offset, sizeBytes };
}

/** libvips paints grey what a tile lacks and says nothing: no end of an image may come before that of its stream. */
function requireWhole(tile: Buffer): void {
  const pixels = tile.indexOf(scanMarker);
  if (pixels < 0) throw damaged();
  // Looking for one byte is six times as quick as for two.
  let at = tile.indexOf(0xff, pixels + scanMarker.length);
  while (at >= 0 && tile[at + 1] !== endOfImage) at = tile.indexOf(0xff, at + 1);
  if (at !== tile.length - 2) throw damaged();
}

const damaged = (): PyramidError =>
  new PyramidError("CORRUPT_IMAGE", "The image is damaged or incomplete: one of its tiles ends too early.");
