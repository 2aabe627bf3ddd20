import type { Metadata } from "sharp";
import { PyramidError } from "../errors.ts";
import type { ImageFacts, ImageFormat } from "../facts.ts";
import type { PyramidLimits } from "../limits.ts";
import { decoderError } from "./decoder-error.ts";
import { estimateMemory } from "./memory-estimate.ts";
import { openImage } from "./open-image.ts";
import { sniffFormat } from "./sniff-format.ts";
import { readMicrometresPerPixel } from "./source-scale.ts";

const colourSpaces = ["srgb", "rgb", "b-w", "cmyk", "rgb16", "grey16"];
const bitDepths: Record<string, number> = { uchar: 8, ushort: 16 };

/**
 * Reads the header and refuses what can't or mustn't be tiled, before a pixel is decoded.
 *
 * @throws PyramidError EMPTY_FILE, UNSUPPORTED_FORMAT, CORRUPT_IMAGE, TOO_MANY_PIXELS, OUT_OF_MEMORY.
 */
export async function probe(path: string, tileSizePx: number, limits: PyramidLimits): Promise<ImageFacts> {
  const format = await sniffFormat(path);
  const metadata = await openImage(path)
    .metadata()
    .catch((error: unknown) => Promise.reject(decoderError(error)));
  refuseUnknownPixels(metadata);
  refuseTooManyPixels(metadata, limits.maxPixels);
  refuseTooMuchMemory(metadata, tileSizePx, limits.memoryBytes);
  return toFacts(format, metadata, format === "tiff" ? await readMicrometresPerPixel(path) : null);
}

const toFacts = (format: ImageFormat, metadata: Metadata, micrometresPerPixel: number | null): ImageFacts => ({
  format,
  widthPx: metadata.autoOrient.width,
  heightPx: metadata.autoOrient.height,
  orientation: metadata.orientation ?? 1,
  channels: metadata.channels,
  bitDepth: metadata.bitsPerSample ?? bitDepths[metadata.depth] ?? 8,
  hasAlpha: metadata.hasAlpha,
  iccProfile: metadata.hasProfile,
  colourSpace: metadata.space,
  pageCount: metadata.pages ?? 1,
  micrometresPerPixel,
});

/** Signed, floating-point and many-channel samples need a choice of window that nobody has made: better no picture. */
function refuseUnknownPixels({ depth, space, channels, hasAlpha }: Metadata): void {
  const colours = channels - (hasAlpha ? 1 : 0);
  if (!(depth in bitDepths)) {
    throw new PyramidError(
      "UNSUPPORTED_FORMAT",
      `The image stores its samples as ${depth}; supported are unsigned integers of 8 and 16 bits.`,
    );
  }
  if (!colourSpaces.includes(space) || colours > 4) {
    throw new PyramidError(
      "UNSUPPORTED_FORMAT",
      `The image has ${channels} channels in colour space ${space}; supported are grey, RGB and CMYK.`,
    );
  }
}

function refuseTooManyPixels({ width, height }: Metadata, maxPixels: number): void {
  if (width * height <= maxPixels) return;
  const [pixels, limit] = [width * height, maxPixels].map((value) => value.toLocaleString("en"));
  throw new PyramidError("TOO_MANY_PIXELS", `The image has ${pixels} pixels; the limit is ${limit}.`);
}

function refuseTooMuchMemory(metadata: Metadata, tileSizePx: number, memoryBytes: number): void {
  const { bytes, wholeFrame } = estimateMemory(metadata, tileSizePx);
  if (bytes <= memoryBytes) return;
  const [need, limit] = [bytes, memoryBytes].map((value) => Math.ceil(value / 2 ** 20).toLocaleString("en"));
  const why = wholeFrame ? `has to be held in memory whole because ${wholeFrame}: that` : "is so wide that tiling it";
  throw new PyramidError("OUT_OF_MEMORY", `The image ${why} takes about ${need} MiB, and the limit is ${limit} MiB.`);
}
