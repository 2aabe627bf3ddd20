import type { ImageFacts } from "../facts.ts";
import type { SourceFormat } from "../formats/source-format.ts";
import { compression } from "../tiff/numbers.ts";
import type { TiffPage } from "../tiff/page.ts";
import { childBytes, type MemoryEstimate } from "./memory-estimate.ts";
import { type SourceRaster, usualTileHeightPx } from "./source-raster.ts";
import type { VipsImage } from "./vips-image.ts";

const vipsBytes = 8 * 2 ** 20;
/** What it decoded last, and more. */
const slideReaderBytes = 40 * 2 ** 20;
/** Rows of pixels on their way into the copy. */
const copyRows = 420;
/** What is kept of tiles beside their pixels, for each pixel of the image's width. */
const bytesBeside = 200;

/**
 * Private memory that it takes at most to have `vips` copy an image, with the child that waits for it. Fitted as
 * `estimateMemory` is.
 */
export function estimateCopying(
  format: SourceFormat,
  image: ImageFacts,
  { isSeeThrough, slideLevels, keptRows }: VipsImage,
  copy: SourceRaster,
): MemoryEstimate {
  const channels = (image.hasAlpha ? image.channels - 1 : image.channels) + (isSeeThrough ? 1 : 0);
  const sourcePixelBytes = channels * Math.ceil(image.bitDepth / 8);
  const columnBytes = keptRows * sourcePixelBytes + copyRows * copy.channels * copy.sampleBytes + bytesBeside;
  const frame = format.wholeFrame?.({ ...image, isProgressive: false, chromaSubsampling: null }) ?? null;
  return {
    bytes:
      childBytes +
      vipsBytes +
      (slideLevels.length > 0 ? slideReaderBytes : 0) +
      copy.widthPx * (columnBytes + copy.heightPx * (frame?.bytesPerPixel ?? 0)),
    wholeFrame: frame?.reason ?? null,
  };
}

/** @param page undefined for other formats, whose readers take about as much as with strips. */
export function keptTiffRows(page: TiffPage | undefined): number {
  if (!page) return 2 * usualTileHeightPx;
  const decodedRows = 2 * Math.min(page.tile?.heightPx ?? usualTileHeightPx, page.heightPx);
  return decodedRows + (hasWholeStrips(page) ? 1.2 * page.stripHeightPx : 0);
}

/** Whether strips are read whole, whatever their height. Of one that is not compressed, libtiff makes many low ones. */
const hasWholeStrips = ({ tile, compression: method, isPlanar, stripHeightPx, heightPx }: TiffPage): boolean =>
  !tile && (isPlanar || (method === compression.none && stripHeightPx < heightPx));

/** @param tileHeightPx as the slide's reader says; 0 where it says nothing. */
export const keptSlideRows = (tileHeightPx: number): number => 2.75 * (tileHeightPx || usualTileHeightPx);
