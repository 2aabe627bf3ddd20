import type { Sharp } from "sharp";
import { type Block, wholeTiles } from "../admission/blocks.ts";
import type { ImageFacts, SampleWindow } from "../facts.ts";
import type { Size } from "../geometry.ts";
import type { PyramidSettings } from "../limits.ts";
import { openImage } from "../sharp/open-image.ts";
import type { PagePlace } from "../tiff/page.ts";
import { decoderError } from "../vips/decoder-error.ts";

/** What shines through where an image is transparent. */
export const white = "#ffffff";

/**
 * Writes a block of the upright image as a tiled, pyramidal BigTIFF of 8-bit sRGB: ICC profile applied, transparency
 * on white, CMYK and grey converted, 16 bits reduced to 8.
 *
 * @throws PyramidError CORRUPT_IMAGE, UNSUPPORTED_FORMAT, SCRATCH_FULL, OUT_OF_MEMORY, INTERNAL.
 */
export async function writeBlock(
  { path, place, stretch }: { readonly path: string; readonly place: PagePlace; readonly stretch: SampleWindow | null },
  image: ImageFacts,
  block: Block,
  padded: boolean,
  targetPath: string,
  settings: PyramidSettings,
): Promise<void> {
  // Stretched samples are not what the profile describes.
  let pixels = openImage(path, place, stretch !== null).autoOrient();
  if (!isWhole(block, image)) {
    const { leftPx: left, topPx: top, widthPx: width, heightPx: height } = block;
    pixels = pixels.extract({ left, top, width, height });
  }
  // A channel more than the colours that is no transparency is left out.
  const isOpaque = !image.hasAlpha;
  if (isOpaque) pixels = pixels.removeAlpha();
  if (stretch) pixels = stretched(pixels, stretch);
  else if (!isOpaque) pixels = pixels.flatten({ background: white });
  if (padded) pixels = fillTiles(pixels, block, settings.tileSizePx);
  await saveTiff(pixels, stretch ? { ...image, iccProfile: false } : image, targetPath, settings);
}

/** In 16 bits, from the window's black to its white, which also shines through where the image is transparent. */
function stretched(pixels: Sharp, { black, white: brightest }: SampleWindow): Sharp {
  const scale = 65_535 / (brightest - black);
  // sharp takes a background in 8 bits.
  const level = Math.min(255, Math.ceil(brightest / 256));
  return pixels.flatten({ background: { r: level, g: level, b: level } }).linear(scale, -black * scale);
}

/** Lets the last column and row go on to the end of their tiles: libvips' own filling, black, would shine in. */
export function fillTiles(pixels: Sharp, size: Size, tileSizePx: number): Sharp {
  const whole = wholeTiles(size, tileSizePx);
  const [right, bottom] = [whole.widthPx - size.widthPx, whole.heightPx - size.heightPx];
  return right > 0 || bottom > 0 ? pixels.extend({ right, bottom, extendWith: "copy" }) : pixels;
}

/** Ends a pipeline as a pyramidal TIFF of 8-bit sRGB. @throws PyramidError as writeBlock. */
export async function saveTiff(
  pixels: Sharp,
  image: ImageFacts,
  targetPath: string,
  { tileSizePx, tileFormat, quality }: PyramidSettings,
): Promise<void> {
  await inSrgb(pixels, image)
    .tiff({
      tile: true,
      tileWidth: tileSizePx,
      tileHeight: tileSizePx,
      pyramid: true,
      compression: tileFormat,
      quality,
      bigtiff: true,
    })
    .toFile(targetPath)
    .catch((error: unknown) => Promise.reject(decoderError(error)));
}

function inSrgb(pixels: Sharp, { iccProfile, bitDepth, colourSpace, samples }: ImageFacts): Sharp {
  if (!iccProfile || bitDepth <= 8) return pixels.toColourspace("srgb");
  // sharp works in Display P3 on images with a profile and more than 8 bits, and leaves them there unless told where to
  // go. To grey of 16 bits it applies the profile on this way only, and only as long as it is grey.
  const isGrey = colourSpace === "grey16" && samples === "unsigned";
  return (isGrey ? pixels.toColourspace("grey16") : pixels).withIccProfile("srgb", { attach: false });
}

const isWhole = (block: Size, image: Size): boolean =>
  block.widthPx === image.widthPx && block.heightPx === image.heightPx;
