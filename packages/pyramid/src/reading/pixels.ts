import type { Sharp } from "sharp";
import { PyramidError } from "../errors.ts";
import type { Size } from "../geometry.ts";
import type { TileFormatName } from "../names.ts";
import { tileFormats } from "../tile-format/tile-formats.ts";

/** 8-bit RGB, row by row without padding. */
export interface Pixels extends Size {
  readonly data: Uint8Array;
}

/** Loaded when it is first needed: most programs that read or write pyramids never decode a tile themselves. */
const loadSharp = async (): Promise<typeof import("sharp").default> => (await import("sharp")).default;

/** @throws PyramidError CORRUPT_IMAGE it can't be decoded. */
export async function decodeTile(tile: Uint8Array): Promise<Pixels> {
  const sharp = await loadSharp();
  try {
    const { data, info } = await sharp(tile).toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
    return { data, widthPx: info.width, heightPx: info.height };
  } catch (cause) {
    throw new PyramidError("CORRUPT_IMAGE", "One of the tiles can't be decoded.", { cause });
  }
}

/** Opens pixels for what sharp can do with them. */
export async function asImage({ data, widthPx, heightPx }: Pixels): Promise<Sharp> {
  const sharp = await loadSharp();
  return sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } });
}

export async function encodeTile(pixels: Pixels, format: TileFormatName): Promise<Uint8Array> {
  return tileFormats[format].encode(await asImage(pixels)).toBuffer();
}

export const blankPixels = (size: Size): Pixels => ({
  ...size,
  data: new Uint8Array(size.widthPx * size.heightPx * 3),
});

/** Copies what of `part` falls into `whole` when it is laid at a position, which may be negative. */
export function pasteOverlap(whole: Pixels, part: Pixels, leftPx: number, topPx: number): void {
  const [from, to] = [Math.max(0, -leftPx), Math.min(part.widthPx, whole.widthPx - leftPx)];
  for (let y = Math.max(0, -topPx); y < Math.min(part.heightPx, whole.heightPx - topPx); y++) {
    const row = part.data.subarray((y * part.widthPx + from) * 3, (y * part.widthPx + to) * 3);
    whole.data.set(row, ((topPx + y) * whole.widthPx + leftPx + from) * 3);
  }
}

/**
 * The part of `source` that starts at a position, in the given size. Beyond the `valid` part of the source, its last
 * column and row are repeated.
 */
export function cutOut(source: Pixels, valid: Size, leftPx: number, topPx: number, size: Size): Pixels {
  const result = blankPixels(size);
  for (let y = 0; y < size.heightPx; y++) {
    const sourceRow = Math.min(topPx + y, valid.heightPx - 1) * source.widthPx;
    for (let x = 0; x < size.widthPx; x++) {
      const from = (sourceRow + Math.min(leftPx + x, valid.widthPx - 1)) * 3;
      const to = (y * size.widthPx + x) * 3;
      for (let channel = 0; channel < 3; channel++) result.data[to + channel] = source.data[from + channel] ?? 0;
    }
  }
  return result;
}

/** Half the size, rounded up: the mean of each two by two pixels, or of as many of them as there are at an odd edge. */
export function halve(source: Pixels): Pixels {
  const result = blankPixels({ widthPx: Math.ceil(source.widthPx / 2), heightPx: Math.ceil(source.heightPx / 2) });
  for (let y = 0; y < result.heightPx; y++) {
    const upper = 2 * y * source.widthPx;
    const lower = Math.min(2 * y + 1, source.heightPx - 1) * source.widthPx;
    for (let x = 0; x < result.widthPx; x++) {
      const left = 2 * x;
      const right = Math.min(left + 1, source.widthPx - 1);
      for (let channel = 0; channel < 3; channel++) {
        const at = (position: number): number => source.data[position * 3 + channel] ?? 0;
        const sum = at(upper + left) + at(upper + right) + at(lower + left) + at(lower + right);
        // Halves are rounded up and down by turns: always up would brighten each level a little more.
        result.data[(y * result.widthPx + x) * 3 + channel] = (sum + 1 + ((x + y) & 1)) >> 2;
      }
    }
  }
  return result;
}
