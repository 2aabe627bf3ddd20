import type { Metadata } from "sharp";
import type { Size } from "../geometry.ts";
import { openImage } from "./open-image.ts";

/** No side of a preview is longer. */
const longestSidePx = 2_048;
/** Below this, the pyramid itself is there about as soon as a preview would be. */
const smallImagePixels = 24_000_000;
/** A page whose shape differs by more than this from the image's shows something else, such as a label. */
const shapeTolerance = 0.01;
const mostPages = 32;

export interface PreviewPlan extends Size {
  /** Page of the source that the preview is scaled from: 0, or a smaller copy of the image within the file. */
  readonly page: number;
}

/** Null where a preview would take about as long as the pyramid: for small images and those that are decoded in full. */
export async function planPreview(path: string, image: Size): Promise<PreviewPlan | null> {
  if (image.widthPx * image.heightPx <= smallImagePixels) return null;
  const metadata = await openImage(path).metadata();
  // libjpeg decodes a quarter or an eighth of the size at a fraction of the cost, unless the file is progressive.
  if (metadata.format === "jpeg" && !metadata.isProgressive) {
    const longest = Math.max(image.widthPx, image.heightPx);
    return { ...previewSize(image, Math.floor(longest / (longest < 4 * longestSidePx ? 4 : 8))), page: 0 };
  }
  const isUprightTiff = metadata.format === "tiff" && (metadata.orientation ?? 1) === 1;
  const size = previewSize(image, longestSidePx);
  const page = isUprightTiff ? await smallerPage(path, metadata, size) : null;
  return page === null ? null : { ...size, page };
}

/**
 * About `largestPx` for the longer side, in whole pixels that hardly change the image's shape: what is seen in the
 * preview must not move when the pyramid takes its place.
 */
function previewSize({ widthPx, heightPx }: Size, largestPx: number): Size {
  const largest = Math.min(largestPx, longestSidePx);
  const [long, short] = [Math.max(widthPx, heightPx), Math.min(widthPx, heightPx)];
  let best = { side: largest, other: 1, stretch: Number.POSITIVE_INFINITY };
  for (let side = largest; side > 0.9 * largest && best.stretch > 0.02; side -= 1) {
    const exact = (side * short) / long;
    const other = Math.max(1, Math.round(exact));
    const stretch = Math.abs(other - exact);
    if (stretch < best.stretch) best = { side, other, stretch };
  }
  return widthPx >= heightPx
    ? { widthPx: best.side, heightPx: best.other }
    : { widthPx: best.other, heightPx: best.side };
}

/** The smallest page of a pyramidal TIFF that is no smaller than `size`. */
async function smallerPage(path: string, { width, height, pages = 1 }: Metadata, size: Size): Promise<number | null> {
  let best: { page: number; width: number } | null = null;
  for (let page = 1; page < Math.min(pages, mostPages); page += 1) {
    const found = await openImage(path, page)
      .metadata()
      .catch(() => null);
    if (!found || found.width < size.widthPx || found.width > width / 2) continue;
    const shape = found.width / found.height / (width / height);
    if (Math.abs(shape - 1) > shapeTolerance || (best && best.width <= found.width)) continue;
    best = { page, width: found.width };
  }
  return best?.page ?? null;
}
