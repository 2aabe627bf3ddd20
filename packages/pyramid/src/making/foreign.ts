import { join } from "node:path";
import { PyramidError } from "../errors.ts";
import type { ImageFacts, ImageFormat } from "../facts.ts";
import { type VipsHeader, vipsHeader, vipsToTiff } from "./system-vips.ts";

/** Formats that sharp's own libvips has no decoder for, by the names that people give them. */
const foreignFormats: Partial<Record<ImageFormat, string>> = {
  jp2: "JPEG 2000",
  jxl: "JPEG XL",
  heic: "HEIC",
  ndpi: "Hamamatsu NDPI",
  scn: "Leica SCN",
};
/** TIFF compressions of the same kind: JPEG 2000 of three makers, Zstandard, WebP, LERC. */
const foreignCompressions = [33_003, 33_005, 34_712, 50_000, 50_001, 34_887];
/** Bytes per pixel of decoders that hold the whole image. Measured on AVIF; JPEG XL and JPEG 2000 work on wide samples. */
const wholeFrameBytes: Partial<Record<ImageFormat, number>> = { heic: 17, jxl: 17, jp2: 12 };

/** What the system's `vips` has to read, as a name for people; null for what sharp reads. */
export function foreignName(format: ImageFormat, compression: number | undefined): string | null {
  const name = foreignFormats[format];
  if (name) return name;
  return compression !== undefined && foreignCompressions.includes(compression) ? "a TIFF of this compression" : null;
}

/** @throws PyramidError as vipsHeader; UNSUPPORTED_FORMAT other samples than unsigned integers of 8 or 16 bits. */
export async function probeForeign(path: string, format: ImageFormat, name: string): Promise<ImageFacts> {
  const header = await vipsHeader(path, name);
  const sample = header.get("format") ?? "";
  if (!["uchar", "ushort"].includes(sample)) {
    throw new PyramidError(
      "UNSUPPORTED_FORMAT",
      `The image stores samples of the kind ${sample}; supported are 8 and 16 bits.`,
    );
  }
  const channels = numberOf(header, "bands");
  const objective = numberOf(header, "openslide.objective-power");
  const pixelWidth = numberOf(header, "openslide.mpp-x");
  return {
    format,
    widthPx: numberOf(header, "width"),
    heightPx: numberOf(header, "height"),
    orientation: 1,
    channels,
    bitDepth: sample === "ushort" ? 16 : 8,
    hasAlpha: channels === 2 || channels === 4,
    iccProfile: header.has("icc-profile-data"),
    colourSpace: header.get("interpretation") ?? "srgb",
    pageCount: numberOf(header, "n-pages") || 1,
    micrometresPerPixel: pixelWidth > 0 ? pixelWidth : null,
    objectivePower: objective > 0 ? objective : null,
    associatedImages: (header.get("slide-associated-images") ?? "").split(", ").filter(Boolean),
  };
}

/** Memory that the system's decoder takes in proportion to the image. */
export const foreignMemoryBytes = ({ format, widthPx, heightPx }: ImageFacts): number =>
  (wholeFrameBytes[format] ?? 0) * widthPx * heightPx;

/** Path of a file that sharp reads: the source, or a copy of it in another form within `scratchPath`. */
export async function inReadableForm(
  sourcePath: string,
  scratchPath: string,
  image: ImageFacts,
  isForeign: boolean,
): Promise<string> {
  if (!isForeign) return sourcePath;
  const path = join(scratchPath, "source.tif");
  await vipsToTiff(sourcePath, path, image.hasAlpha);
  return path;
}

const numberOf = (header: VipsHeader, name: string): number => Number(header.get(name) ?? 0);
