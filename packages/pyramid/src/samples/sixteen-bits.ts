import type { Sharp } from "sharp";
import type { ImageFacts, SampleWindow } from "../facts.ts";
import type { Size } from "../geometry.ts";
import { openImage } from "../sharp/open-image.ts";
import type { PagePlace } from "../tiff/page.ts";
import { decoderError } from "../vips/decoder-error.ts";
import { type Brightness, provesRange, unsignedWindow, wholeWindow } from "./window.ts";

/** Of one pixel in so many, where an image has more. */
const mostPixels = 2_000_000;
/** Of the image's rows, from the top: mostly enough to know that samples use all of their range. */
const firstShare = 1 / 32;
const leastRows = 16;
/**
 * Finds what becomes black and white of an image that sharp reads in 16 unsigned bits. One that uses its range is
 * mostly known by its first rows; only of others is all of the image read once more, and of its pixels a sample is
 * kept.
 *
 * @param image before its orientation is applied. @param isPhotograph whether dark is meant: its reader gives what has
 * 10 or 12 bits in 16, stretched. @throws PyramidError as decoderError.
 */
export async function findSixteenBitWindow(
  path: string,
  place: PagePlace,
  image: ImageFacts,
  isPhotograph = false,
): Promise<SampleWindow> {
  return (await windowByFirstRows(path, place, image, isPhotograph)) ?? windowOfAll(path, place, image);
}

/** Null if it takes all rows to tell. */
export async function windowByFirstRows(
  path: string,
  place: PagePlace,
  image: ImageFacts,
  isPhotograph = false,
): Promise<SampleWindow | null> {
  if (isPhotograph) return wholeWindow(sampleBits);
  const { widthPx, heightPx } = storedSize(image);
  const rows = Math.min(heightPx, Math.max(leastRows, Math.floor(heightPx * firstShare)));
  const top = openImage(path, place, true).extract({ left: 0, top: 0, width: widthPx, height: rows });
  const sorted = await sortedSamples(top, { widthPx, heightPx: rows }, image);
  return provesRange(sorted, rows / heightPx, sampleBits, brightness(image)) ? wholeWindow(sampleBits) : null;
}

async function windowOfAll(path: string, place: PagePlace, image: ImageFacts): Promise<SampleWindow> {
  const sorted = await sortedSamples(openImage(path, place, true), storedSize(image), image);
  return unsignedWindow(sorted, sampleBits, brightness(image));
}

const sampleBits = 16;

/** Whether the window of an image that sharp reads is between 0 and the most of 16 bits. */
export const isSixteenBits = ({ colourSpace }: ImageFacts): boolean =>
  colourSpace === "rgb16" || colourSpace === "grey16";

const brightness = ({ colourSpace, iccProfile }: ImageFacts): Brightness => ({
  isGrey: colourSpace === "grey16",
  hasProfile: iccProfile,
});

const storedSize = ({ widthPx, heightPx, orientation }: ImageFacts): Size =>
  orientation > 4 ? { widthPx: heightPx, heightPx: widthPx } : { widthPx, heightPx };

/** Of all colours together; what is wholly transparent is left out. */
async function sortedSamples(pixels: Sharp, size: Size, image: ImageFacts): Promise<Uint16Array> {
  const step = oddStep(size);
  const { data, info } = await pixels
    .resize({
      width: Math.ceil(size.widthPx / step),
      height: Math.ceil(size.heightPx / step),
      fit: "fill",
      kernel: "nearest",
    })
    .toColourspace(image.colourSpace)
    .raw({ depth: "ushort" })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => Promise.reject(decoderError(error)));
  const samples = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  return coloursAlone(samples, info.channels, image).sort();
}

/** Without other channels, of which the next one may be transparency. */
function coloursAlone(samples: Uint16Array, channels: number, { colourSpace, hasAlpha }: ImageFacts): Uint16Array {
  const colours = colourSpace === "grey16" ? 1 : 3;
  if (channels === colours) return samples;
  let count = 0;
  for (let at = 0; at + channels <= samples.length; at += channels) {
    if (hasAlpha && samples[at + colours] === 0) continue;
    for (let channel = 0; channel < colours; channel++) samples[count++] = samples[at + channel] ?? 0;
  }
  return samples.subarray(0, count);
}

/** Odd, so that of a pattern of two columns or rows, such as a camera's mosaic, both are met. */
function oddStep({ widthPx, heightPx }: Size): number {
  const step = Math.ceil(Math.sqrt((widthPx * heightPx) / mostPixels));
  return step % 2 === 0 ? step + 1 : step;
}
