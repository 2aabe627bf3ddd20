import type { Metadata } from "sharp";
import { dziSize, type Size } from "../geometry.ts";
import { openImage } from "./open-image.ts";

/** No side of a preview is longer. */
const longestSidePx = 2_048;
/** Below this, the pyramid itself is there about as soon as a preview would be: 24 megapixels. */
const smallImagePixels = 24_000_000;
/** A page whose shape differs by more than this from the image's shows something else, such as a label. */
const shapeTolerance = 0.01;
const mostPages = 32;

export interface PreviewPlan extends Size {
  /** Page of the source that the preview is scaled from: 0, or a smaller copy of the image within the file. */
  readonly page: number;
}

/**
 * The size of a preview, that of the largest Deep Zoom level with no side above 2,048 px, and where it comes from; null
 * where making one would take about as long as the pyramid: for small images and for those that must be decoded in full.
 */
export async function planPreview(path: string, image: Size): Promise<PreviewPlan | null> {
  if (image.widthPx * image.heightPx <= smallImagePixels) return null;
  const metadata = await openImage(path).metadata();
  let halvings = 0;
  while (longestSide(dziSize(image, halvings)) > longestSidePx) halvings += 1;
  const size = dziSize(image, halvings);
  // libjpeg decodes an eighth of the size at a fraction of the cost, unless it has to hold all coefficients first.
  if (metadata.format === "jpeg" && !metadata.isProgressive) return { ...size, page: 0 };
  const isUprightTiff = metadata.format === "tiff" && (metadata.orientation ?? 1) === 1;
  const page = isUprightTiff ? await smallerPage(path, metadata, size) : null;
  return page === null ? null : { ...size, page };
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

const longestSide = ({ widthPx, heightPx }: Size): number => Math.max(widthPx, heightPx);
