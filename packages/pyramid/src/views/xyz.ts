import { dziSize } from "../geometry.ts";
import type { Pyramid } from "../reading/open-pyramid.ts";
import { asImage } from "../reading/pixels.ts";
import { tileFormats } from "../tile-format/tile-formats.ts";
import { tileExtensions } from "./tile-names.ts";

type Shape = Pick<Pyramid, "widthPx" | "heightPx" | "tileSizePx" | "tileFormat">;

/** Zoom level at which an XYZ tile shows the image's own pixels. At zoom 0, one tile holds the whole image. */
export const xyzMaxZoom = ({ widthPx, heightPx, tileSizePx }: Omit<Shape, "tileFormat">): number =>
  Math.max(0, Math.ceil(Math.log2(Math.max(widthPx, heightPx) / tileSizePx)));

/**
 * A tile at the right or bottom edge ends with the image, as Deep Zoom's do, or goes on in white to full tile size:
 * most map viewers draw every tile as a square, and would stretch it.
 */
export type XyzEdge = "clipped" | "filled";

/**
 * A tile as map viewers ask for it: its column is `x`, its row `y`, counted from the top left.
 *
 * @returns null if there is no such tile.
 * @throws PyramidError INVALID_PYRAMID. @throws whatever the source's `read` throws.
 */
export async function xyzTile(
  pyramid: Pyramid,
  zoom: number,
  x: number,
  y: number,
  edge: XyzEdge = "clipped",
): Promise<Uint8Array | null> {
  const halvings = xyzMaxZoom(pyramid) - zoom;
  if (!Number.isInteger(zoom) || zoom < 0 || halvings < 0) return null;
  const level = pyramid.levelCount - 1 - halvings;
  const size = dziSize(pyramid, halvings);
  const right = Math.max(0, (x + 1) * pyramid.tileSizePx - size.widthPx);
  const bottom = Math.max(0, (y + 1) * pyramid.tileSizePx - size.heightPx);
  if (edge === "clipped" || (right === 0 && bottom === 0)) return pyramid.readTile(level, x, y);
  const pixels = await pyramid.readPixels(level, x, y);
  if (!pixels) return null;
  const image = await asImage(pixels);
  const filled = image.extend({ right, bottom, background: "#ffffff" });
  return tileFormats[pyramid.tileFormat].encode(filled).toBuffer();
}

/**
 * A TileJSON 3.0 document for the tiles. The image lies flat: what map viewers take for the globe is the square of
 * tiles at zoom 0, with the image in its upper left. `bounds` is the image's own part of it, so that viewers fit the
 * view to the image and ask for no tile that there isn't.
 *
 * @param tileUrl address of a tile, with `{z}`, `{x}` and `{y}` in it.
 */
export const tileJson = (pyramid: Shape, tileUrl: string): Record<string, unknown> => ({
  tilejson: "3.0.0",
  scheme: "xyz",
  tiles: [tileUrl],
  // Beyond TileJSON, as MBTiles has it.
  format: tileExtensions[pyramid.tileFormat][0],
  minzoom: 0,
  maxzoom: xyzMaxZoom(pyramid),
  bounds: boundsOf(pyramid),
  tileSize: pyramid.tileSizePx,
  width: pyramid.widthPx,
  height: pyramid.heightPx,
});

/** West, south, east and north in degrees, as if the image lay on a map in Web Mercator. */
function boundsOf(pyramid: Shape): readonly number[] {
  const sidePx = pyramid.tileSizePx * 2 ** xyzMaxZoom(pyramid);
  const east = -180 + (360 * pyramid.widthPx) / sidePx;
  // Rounded into the image by less than a thousandth of a pixel, lest a viewer see the next tile begin.
  return [
    -180,
    Math.ceil(latitudeAt(pyramid.heightPx / sidePx) * 1e9) / 1e9,
    Math.floor(east * 1e9) / 1e9,
    latitudeAt(0),
  ];
}

/** Of a place between the upper edge of the square, 0, and the lower, 1. */
const latitudeAt = (fraction: number): number => (Math.atan(Math.sinh(Math.PI * (1 - 2 * fraction))) * 180) / Math.PI;
