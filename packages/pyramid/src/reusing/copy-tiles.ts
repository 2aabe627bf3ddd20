import { open } from "node:fs/promises";
import { PyramidError } from "../errors.ts";
import type { WrittenLevel } from "../making/bigtiff-writer.ts";

const mostBytes = 4 * 2 ** 20;
const scanMarker = Buffer.from([0xff, 0xda]);
const endOfImage = 0xd9;

/**
 * Appends the tiles of a level to the file at `targetPath`, byte for byte; neighbours in the source are moved together.
 *
 * @returns the level with the tiles' new places. @throws PyramidError CORRUPT_IMAGE.
 */
export async function copyTiles(
  sourcePath: string,
  targetPath: string,
  level: WrittenLevel,
  onCount: (tiles: number) => void,
): Promise<WrittenLevel> {
  const source = await open(sourcePath);
  const target = await open(targetPath, "a");
  try {
    const offsets = new Float64Array(level.offsets.length);
    let end = (await target.stat()).size;
    let buffer = Buffer.alloc(mostBytes);
    for (let first = 0; first < offsets.length; ) {
      const { next, sizeBytes } = run(level, first);
      const start = level.offsets[first] ?? 0;
      for (let tile = first; tile < next; tile++) offsets[tile] = end + (level.offsets[tile] ?? 0) - start;
      if (sizeBytes > buffer.length) buffer = Buffer.alloc(sizeBytes);
      const bytes = buffer.subarray(0, sizeBytes);
      if ((await source.read(bytes, 0, sizeBytes, start)).bytesRead !== sizeBytes) throw damaged();
      for (let tile = first; tile < next; tile++) {
        const at = (level.offsets[tile] ?? 0) - start;
        requireWhole(bytes.subarray(at, at + (level.lengths[tile] ?? 0)));
      }
      await target.write(bytes);
      end += sizeBytes;
      first = next;
      onCount(first);
    }
    return { ...level, offsets };
  } finally {
    await source.close();
    await target.close();
  }
}

/** The tiles from `first` on that lie one behind the other, up to a few megabytes; at least one. */
function run({ offsets, lengths }: WrittenLevel, first: number): { next: number; sizeBytes: number } {
  let sizeBytes = lengths[first] ?? 0;
  let next = first + 1;
  while (next < offsets.length && offsets[next] === (offsets[first] ?? 0) + sizeBytes) {
    if (sizeBytes + (lengths[next] ?? 0) > mostBytes) break;
    sizeBytes += lengths[next] ?? 0;
    next += 1;
  }
  return { next, sizeBytes };
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
