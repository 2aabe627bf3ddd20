import type { Size } from "../geometry.ts";
import { openImage } from "../making/open-image.ts";
import { isCopyOf, type PagePlace, type TiffPage } from "../source-tiff/pages.ts";
import type { ColourFacts } from "./decode-eighth.ts";

/** No side of a preview is longer. */
const longestSidePx = 2_048;
/** Below this, the pyramid itself is there about as soon as a preview would be. */
const smallImagePixels = 24_000_000;

export interface PreviewPlan extends Size {
  /** Picture of the source that the preview is scaled from: the first, or a smaller copy of it within the file. */
  readonly place: PagePlace;
  /** Of a JPEG at an eighth of its size: what its decoder has to know beside the blocks' means. Else null. */
  readonly eighth: ColourFacts | null;
}

/** Null where a preview would take about as long as the pyramid: for small images and those that are decoded in full. */
export async function planPreview(path: string, image: Size, pages: readonly TiffPage[]): Promise<PreviewPlan | null> {
  if (image.widthPx * image.heightPx <= smallImagePixels) return null;
  const metadata = await openImage(path).metadata();
  // libjpeg decodes a quarter or an eighth of the size at a fraction of the cost, unless the file is progressive.
  if (metadata.format === "jpeg" && !metadata.isProgressive) {
    const longest = Math.max(image.widthPx, image.heightPx);
    const eighth = longest >= 4 * longestSidePx ? { icc: metadata.icc, orientation: metadata.orientation } : null;
    const size = previewSize(image, Math.floor(longest / (eighth ? 8 : 4)));
    return { ...size, place: { page: 0, subifd: null }, eighth };
  }
  const isUprightTiff = metadata.format === "tiff" && (metadata.orientation ?? 1) === 1;
  const size = previewSize(image, longestSidePx);
  const place = isUprightTiff ? smallerPage(pages, size) : null;
  return place && { ...size, place, eighth: null };
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

/** The smallest picture of a pyramidal TIFF that is no smaller than `size`. */
function smallerPage([full, ...others]: readonly TiffPage[], size: Size): PagePlace | null {
  if (!full) return null;
  const fitting = others.filter(
    (page) => page.widthPx >= size.widthPx && page.widthPx <= full.widthPx / 2 && isCopyOf(full, page),
  );
  return fitting.toSorted((a, b) => a.widthPx - b.widthPx)[0]?.place ?? null;
}
