import type { Sharp } from "sharp";
import type { Pyramid } from "../reading/open-pyramid.ts";
import { asImage } from "../reading/pixels.ts";
import { gridOfLevel, type Rectangle, readRegion } from "../reading/region.ts";
import { iiifLimits } from "./iiif-info.ts";
import type { IiifRequest } from "./iiif-request.ts";
import { tileExtensions } from "./tile-names.ts";

export const iiifContentTypes = { jpg: "image/jpeg", png: "image/png", webp: "image/webp" } as const;

/** A level is at most twice as fine as what is asked for, in each direction. */
const mostDecodedPixels = 4 * iiifLimits.maxArea;

/**
 * The image that a request asks for. A stored tile is returned as it is stored where it is of the format asked for; for
 * anything else the tiles that the region touches are decoded, on the smallest level that is fine enough.
 *
 * @throws PyramidError INVALID_PYRAMID. @throws whatever the source's `read` throws.
 */
export async function iiifImage(pyramid: Pyramid, request: IiifRequest): Promise<Uint8Array> {
  const tile = tileOf(pyramid, request);
  const stored = tile && (await pyramid.readTile(...tile));
  if (stored) return stored;

  const level = levelFor(pyramid, request);
  const { size } = request;
  const pixels = await readRegion(pyramid, level, onLevel(pyramid, level, request.region));
  const image = await asImage(pixels);
  const sized = image.resize({ width: size.widthPx, height: size.heightPx, fit: "fill" });
  // Mirrored first, then rotated: IIIF's order, and sharp's.
  return encode(sized.flop(request.mirrored).rotate(request.rotationDegrees), request).toBuffer();
}

const encoders: Record<IiifRequest["format"], (image: Sharp) => Sharp> = {
  jpg: (image) => image.jpeg({ quality: 85 }),
  png: (image) => image.png({ compressionLevel: 3 }),
  webp: (image) => image.webp({ quality: 85, effort: 1 }),
};

function encode(image: Sharp, { quality, format }: IiifRequest): Sharp {
  const toned = quality === "gray" ? image.greyscale() : quality === "bitonal" ? image.threshold(128) : image;
  return encoders[format](toned);
}

/** Level, column and row of the Deep Zoom tile that is exactly what is asked for. */
function tileOf(pyramid: Pyramid, request: IiifRequest): [level: number, column: number, row: number] | null {
  const { region, size, mirrored, rotationDegrees, quality, format } = request;
  if (mirrored || rotationDegrees !== 0 || !["default", "color"].includes(quality)) return null;
  if (!tileExtensions[pyramid.tileFormat].includes(format)) return null;
  for (let level = pyramid.levelCount - 1, scale = 1; level >= 0; level--, scale *= 2) {
    const [column, row] = [region.leftPx, region.topPx].map((px) => px / (scale * pyramid.tileSizePx));
    if (!Number.isInteger(column) || !Number.isInteger(row)) return null;
    const sides = [
      [region.widthPx, region.leftPx, pyramid.widthPx, size.widthPx],
      [region.heightPx, region.topPx, pyramid.heightPx, size.heightPx],
    ] as const;
    const isTile = sides.every(([length, start, whole, asked]) => {
      const tile = Math.min(scale * pyramid.tileSizePx, whole - start);
      return length === tile && asked === Math.ceil(tile / scale);
    });
    if (isTile) return [level, column ?? 0, row ?? 0];
  }
  return null;
}

/** The smallest level that is no coarser than asked; coarser where a flat shape would take too many pixels. */
function levelFor(pyramid: Pyramid, { region, size }: IiifRequest): number {
  const finest = pyramid.levelCount - 1;
  const scale = Math.min(region.widthPx / size.widthPx, region.heightPx / size.heightPx);
  let level = Math.max(0, finest - Math.floor(Math.log2(scale)));
  for (; level > 0; level--) {
    const { widthPx, heightPx } = onLevel(pyramid, level, region);
    if (widthPx * heightPx <= mostDecodedPixels) break;
  }
  return level;
}

/** The region's place on a level, out to whole pixels. */
function onLevel(pyramid: Pyramid, level: number, region: Rectangle): Rectangle {
  const scale = 2 ** (pyramid.levelCount - 1 - level);
  const grid = gridOfLevel(pyramid, level);
  const [leftPx, topPx] = [Math.floor(region.leftPx / scale), Math.floor(region.topPx / scale)];
  const right = Math.min(grid.widthPx, Math.ceil((region.leftPx + region.widthPx) / scale));
  const bottom = Math.min(grid.heightPx, Math.ceil((region.topPx + region.heightPx) / scale));
  return { leftPx, topPx, widthPx: right - leftPx, heightPx: bottom - topPx };
}
