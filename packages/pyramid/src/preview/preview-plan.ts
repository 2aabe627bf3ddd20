import { join } from "node:path";
import type { Metadata } from "sharp";
import type { Probed } from "../admission/probed.ts";
import { vipsSource } from "../admission/vips-copy.ts";
import type { VipsImage } from "../admission/vips-image.ts";
import type { ImageFacts } from "../facts.ts";
import type { Size } from "../geometry.ts";
import { openImage } from "../sharp/open-image.ts";
import { isJpegTiled } from "../tiff/jpeg-tiles.ts";
import { isCopyOf, type TiffPage } from "../tiff/page.ts";
import { isAllShown } from "../tiff/shown-channels.ts";
import type { ColourFacts } from "../tiff/strip-tiff.ts";
import { slideLevelToTiff } from "../vips/copy.ts";
import { longestSidePx, previewSize } from "./preview-size.ts";
import { shrinkJpeg } from "./shrink/shrink-jpeg.ts";
import { hasPlainRows, shrinkStrips } from "./shrink/shrink-strips.ts";
import { shrinkTiles } from "./shrink/shrink-tiles.ts";

/** Below this, the pyramid itself is there about as soon as a preview would be. */
const smallImagePixels = 24_000_000;
/** Of a slide's level, which is copied in full: 400 MB on the disk. */
const mostLevelPixels = 100_000_000;
const reducedName = "reduced.tif";

export interface PreviewPlan extends Size {
  /**
   * Writes all of the image, smaller, as a TIFF within `scratchPath`; null where the source itself is scaled.
   *
   * @returns where it is, or null if the source turns out to be of a kind that this is not for.
   */
  readonly reduce: ((scratchPath: string) => Promise<string | null>) | null;
  /**
   * What is scaled where nothing was made: the source, or a smaller copy of it within a TIFF. Null where that would
   * take as long as the pyramid.
   */
  readonly scaled: "source" | TiffPage | null;
}

/**
 * Null where a preview would take about as long as the pyramid: for small images and those that are decoded in full.
 */
export async function planPreview(
  sourcePath: string,
  { format, path, place, image, pages, byVips, samples }: Omit<Probed, "plan">,
): Promise<PreviewPlan | null> {
  if (image.widthPx * image.heightPx <= smallImagePixels) return null;
  if (byVips) return planSlide(path, image, byVips);
  if (samples) return null;
  const metadata = await openImage(path, place).metadata();
  if (format.preview === "scan" && !metadata.isProgressive) return planJpeg(path, image, metadata);
  if (format.preview !== "pages" || (metadata.orientation ?? 1) !== 1) return null;
  return planTiff(sourcePath, image, pages, metadata);
}

/** libjpeg decodes a quarter or an eighth of the size at a fraction of the cost, unless the file is progressive. */
function planJpeg(path: string, image: Size, metadata: Metadata): PreviewPlan {
  const longest = Math.max(image.widthPx, image.heightPx);
  const isLarge = isForEighth(image);
  return {
    ...previewSize(image, Math.floor(longest / (isLarge ? 8 : 4))),
    reduce: isLarge ? reducedBy((targetPath) => shrinkJpeg(path, targetPath, metadata)) : null,
    scaled: "source",
  };
}

/** A smaller copy within the file is quickest. Without one, tiles and rows are read as the blocks of a JPEG are. */
function planTiff(path: string, image: Size, pages: readonly TiffPage[], colours: ColourFacts): PreviewPlan | null {
  const size = previewSize(image);
  const copy = smallestCopy(pages, image, size);
  // What scales takes any channel that is one more than the colours for transparency.
  if (copy) return isAllShown(copy) ? { ...size, reduce: null, scaled: copy } : null;
  const [full] = pages;
  const shrink = full && isForEighth(image) && shrinkOf(full);
  if (!shrink) return null;
  return {
    ...previewSize(image, Math.floor(Math.max(image.widthPx, image.heightPx) / 8)),
    reduce: reducedBy((targetPath) => shrink(path, targetPath, colours)),
    scaled: null,
  };
}

/** An eighth of a smaller one is too small to be looked at. */
const isForEighth = ({ widthPx, heightPx }: Size): boolean => Math.max(widthPx, heightPx) >= 4 * longestSidePx;

function shrinkOf(page: TiffPage): typeof shrinkStrips | null {
  if (isJpegTiled(page)) return shrinkTiles;
  return hasPlainRows(page) ? shrinkStrips : null;
}

/** @param write returns whether there is something of use in the file that it was told to write. */
const reducedBy = (write: (targetPath: string) => Promise<boolean>) => async (scratchPath: string) => {
  const path = join(scratchPath, reducedName);
  return (await write(path)) ? path : null;
};

/** A slide's reader has all of it in several sizes. */
function planSlide(path: string, image: ImageFacts, byVips: VipsImage): PreviewPlan | null {
  const size = previewSize(image);
  const levels = byVips.slideLevels;
  const level = smallestCopy(levels, image, size);
  if (!level || level.widthPx * level.heightPx > mostLevelPixels) return null;
  return {
    ...size,
    reduce: () => slideLevelToTiff(vipsSource(path, image, byVips), reducedName, levels.indexOf(level)),
    scaled: null,
  };
}

/** The smallest of the image's copies that is no smaller than `size`, and much smaller than the image. */
function smallestCopy<Copy extends Size>(copies: readonly Copy[], image: Size, { widthPx }: Size): Copy | null {
  const fitting = copies.filter(
    (copy) => copy.widthPx >= widthPx && copy.widthPx <= image.widthPx / 2 && isCopyOf(image, copy),
  );
  return fitting.toSorted((a, b) => a.widthPx - b.widthPx)[0] ?? null;
}
