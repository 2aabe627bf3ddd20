import type { Pyramid } from "@tilewright/pyramid";
import { levelSize } from "../sharpness/energy-task.ts";

/** The whole image at a small size: 8-bit RGB, row by row. */
export interface Overview {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgb: Uint8Array;
  /** Pixels of the full image that one of these is wide and high. */
  readonly scale: number;
  /** Of the full image. */
  readonly fullWidthPx: number;
  readonly fullHeightPx: number;
}

const mostPixels = 2 ** 21;

/** Reads the largest level that is of no more than two megapixels. @throws PyramidError a tile can't be decoded. */
export async function readOverview(pyramid: Pyramid): Promise<Overview> {
  let halvings = 0;
  while (pixelsOf(pyramid, halvings) > mostPixels) halvings += 1;
  const { widthPx, heightPx } = levelSize(pyramid, halvings);
  const { tileSizePx } = pyramid;
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let row = 0; row * tileSizePx < heightPx; row++) {
    const columns = Array.from({ length: Math.ceil(widthPx / tileSizePx) }, (_, column) => column);
    const level = pyramid.levelCount - 1 - halvings;
    const tiles = await Promise.all(columns.map((column) => pyramid.readPixels(level, column, row)));
    for (const [column, tile] of tiles.entries()) {
      for (let y = 0; tile && y < tile.heightPx; y++) {
        const line = tile.data.subarray(y * tile.widthPx * 3, (y + 1) * tile.widthPx * 3);
        rgb.set(line, ((row * tileSizePx + y) * widthPx + column * tileSizePx) * 3);
      }
    }
  }
  const { widthPx: fullWidthPx, heightPx: fullHeightPx } = pyramid;
  return { widthPx, heightPx, rgb, scale: 2 ** halvings, fullWidthPx, fullHeightPx };
}

function pixelsOf(pyramid: Pyramid, halvings: number): number {
  const { widthPx, heightPx } = levelSize(pyramid, halvings);
  return widthPx * heightPx;
}
