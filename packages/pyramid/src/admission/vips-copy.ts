import type { ImageFacts } from "../facts.ts";
import { limitsFor } from "../process/tool-limits.ts";
import { copyTile, isTiledCopy } from "../vips/copy.ts";
import type { VipsSource } from "../vips/source.ts";
import { type SourceRaster, usualTileHeightPx } from "./source-raster.ts";
import type { VipsImage } from "./vips-image.ts";

/** Whether its samples have no black and white of their own. */
export const isWindowed = ({ samples, bitDepth }: ImageFacts): boolean => samples !== "unsigned" || bitDepth > 16;

/**
 * What is made of it: a TIFF with the image's orientation still to be applied, and of 8 bits where it gets a window.
 */
export function storedCopy(image: ImageFacts, withAlpha: boolean): SourceRaster {
  const { orientation, hasAlpha, bitDepth } = image;
  const coloured = hasAlpha ? image.channels - 1 : image.channels;
  const [widthPx, heightPx] = orientation > 4 ? [image.heightPx, image.widthPx] : [image.widthPx, image.heightPx];
  return {
    widthPx,
    heightPx,
    channels: withAlpha ? coloured + 1 : coloured,
    sampleBytes: bitDepth > 8 && !isWindowed(image) ? 2 : 1,
    orientation,
    tileHeightPx: isTiledCopy({ widthPx, heightPx }) ? copyTile.heightPx : Math.min(usualTileHeightPx, heightPx),
    pieceBytes: 0,
    frame: null,
  };
}

/** @param path as it was probed. */
export const vipsSource = (path: string, image: ImageFacts, { loader, memoryBytes }: VipsImage): VipsSource => ({
  path,
  loader,
  limits: limitsFor(image, memoryBytes),
});
