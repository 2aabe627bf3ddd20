import type { PyramidShape } from "../facts.ts";
import { dziSize, type Size } from "../geometry.ts";
import { tileExtensions } from "./tile-names.ts";

/** What one request may ask for. It keeps the work of a request within the time and memory of a few hundred tiles. */
export const iiifLimits = { maxWidth: 4_096, maxHeight: 4_096, maxArea: 2_048 * 2_048 } as const;

export const isWithinLimits = ({ widthPx, heightPx }: Size): boolean =>
  widthPx <= iiifLimits.maxWidth && heightPx <= iiifLimits.maxHeight && widthPx * heightPx <= iiifLimits.maxArea;

type Shape = Pick<PyramidShape, "widthPx" | "heightPx" | "levelCount" | "tileSizePx" | "tileFormat">;

/**
 * The image's description by the IIIF Image API 3.0, to be sent as JSON: what is in `sizes` and `tiles` is stored or
 * quickly made, and all of level 2 is answered within the limits.
 *
 * @param id absolute address of the image, without a slash at its end.
 */
export function iiifInfo(pyramid: Shape, id: string): Record<string, unknown> {
  const { widthPx, heightPx, tileSizePx } = pyramid;
  const sizes = Array.from({ length: pyramid.levelCount }, (_, halvings) => dziSize(pyramid, halvings))
    .filter(isWithinLimits)
    .filter(({ widthPx, heightPx }, halvings) => halvings === 0 || Math.max(widthPx, heightPx) >= tileSizePx / 2)
    .map(({ widthPx: width, heightPx: height }) => ({ width, height }))
    .reverse();
  const tiledLevels = Math.max(1, Math.ceil(Math.log2(Math.max(widthPx, heightPx) / tileSizePx)) + 1);
  const scaleFactors = Array.from({ length: tiledLevels }, (_, halvings) => 2 ** halvings);
  return {
    "@context": "http://iiif.io/api/image/3/context.json",
    id,
    type: "ImageService3",
    protocol: "http://iiif.io/api/image",
    profile: "level2",
    width: widthPx,
    height: heightPx,
    ...iiifLimits,
    sizes,
    // The height is as the width by default, but some viewers know nothing of that.
    tiles: [{ width: tileSizePx, height: tileSizePx, scaleFactors }],
    // JPEG is what level 2 takes for granted.
    ...(pyramid.tileFormat !== "jpeg" && { preferredFormats: tileExtensions[pyramid.tileFormat] }),
    extraFormats: ["webp"],
    extraQualities: ["color", "gray", "bitonal"],
    extraFeatures: ["mirroring"],
  };
}
