import type { Pyramid } from "./open-pyramid.ts";
import { asImage } from "./pixels.ts";
import { gridOfLevel, readRegion } from "./region.ts";

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
  const { widthPx, heightPx } = gridOfLevel(pyramid, level);
  const whole = await readRegion(pyramid, level, { leftPx: 0, topPx: 0, widthPx, heightPx });
  const image = await asImage(whole);
  return image
    .resize({ width: maxSizePx, height: maxSizePx, fit: "inside", withoutEnlargement: true })
    .jpeg()
    .toBuffer();
}

function longestSide(pyramid: Pyramid, level: number): number {
  const { widthPx, heightPx } = gridOfLevel(pyramid, level);
  return Math.max(widthPx, heightPx);
}
