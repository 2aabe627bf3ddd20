import { dziSize, gridOf, type Size } from "../geometry.ts";
import type { Pyramid } from "./open-pyramid.ts";
import { blankPixels, type Pixels, pasteOverlap } from "./pixels.ts";

/** A part of an image or of one of its levels. */
export interface Rectangle extends Size {
  readonly leftPx: number;
  readonly topPx: number;
}

/** Pixels of a Deep Zoom level, by decoding the tiles that they lie in. `rectangle` lies within the level. */
export async function readRegion(pyramid: Pyramid, level: number, rectangle: Rectangle): Promise<Pixels> {
  const { tileSizePx } = pyramid;
  const { leftPx, topPx, widthPx, heightPx } = rectangle;
  const region = blankPixels({ widthPx, heightPx });
  for (let row = Math.floor(topPx / tileSizePx); row * tileSizePx < topPx + heightPx; row++) {
    for (let column = Math.floor(leftPx / tileSizePx); column * tileSizePx < leftPx + widthPx; column++) {
      const tile = await pyramid.readPixels(level, column, row);
      if (!tile) throw new RangeError("the rectangle does not lie within the level");
      pasteOverlap(region, tile, column * tileSizePx - leftPx, row * tileSizePx - topPx);
    }
  }
  return region;
}

/** Tiles of a Deep Zoom level of an open pyramid. */
export const gridOfLevel = (pyramid: Pyramid, level: number): ReturnType<typeof gridOf> =>
  gridOf(dziSize(pyramid, pyramid.levelCount - 1 - level), pyramid.tileSizePx);
