import { dziSize, gridOf } from "../geometry.ts";
import type { Pyramid } from "./open-pyramid.ts";
import { blankPixels, decodeJpeg, loadSharp, paste } from "./pixels.ts";

const largestPx = 2_048;

/**
 * A JPEG of the whole image that fits into a square of `maxSizePx` (1 to 2,048), never enlarged. It is made from the
 * smallest level that is large enough.
 *
 * @throws RangeError `maxSizePx` is out of range. @throws PyramidError INVALID_PYRAMID.
 */
export async function thumbnail(pyramid: Pyramid, maxSizePx: number): Promise<Uint8Array> {
  if (!Number.isInteger(maxSizePx) || maxSizePx < 1 || maxSizePx > largestPx) {
    throw new RangeError(`maxSizePx must be an integer from 1 to ${largestPx}`);
  }
  let level = 0;
  while (level < pyramid.levelCount - 1 && longestSide(pyramid, level) < maxSizePx) level += 1;
  const grid = gridOf(dziSize(pyramid, pyramid.levelCount - 1 - level), pyramid.tileSizePx);
  const whole = blankPixels({ widthPx: grid.widthPx, heightPx: grid.heightPx });
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++) {
      const tile = await pyramid.readTile(level, column, row);
      if (tile) paste(whole, await decodeJpeg(tile), column * pyramid.tileSizePx, row * pyramid.tileSizePx);
    }
  }
  const sharp = await loadSharp();
  return sharp(whole.data, { raw: { width: whole.widthPx, height: whole.heightPx, channels: 3 } })
    .resize({ width: maxSizePx, height: maxSizePx, fit: "inside", withoutEnlargement: true })
    .jpeg()
    .toBuffer();
}

function longestSide(pyramid: Pyramid, level: number): number {
  const { widthPx, heightPx } = dziSize(pyramid, pyramid.levelCount - 1 - level);
  return Math.max(widthPx, heightPx);
}
