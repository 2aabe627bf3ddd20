import { PyramidError } from "../errors.ts";
import type { ImageFacts, ImageFormat } from "../facts.ts";
import type { Size } from "../geometry.ts";
import type { TiffPage } from "../source-tiff/pages.ts";
import { micrometresPerPixel, objectivePower, separateChannels } from "../source-tiff/slide-facts.ts";
import { keptSlideRows, keptTiffRows } from "./foreign-memory.ts";
import { type StoredImage, usualTileHeightPx } from "./stored-image.ts";
import { copyTile, isTiledCopy, type VipsHeader, vipsHeader } from "./system-vips.ts";
import { foreignCompressions } from "./unreadable-tiff.ts";

/** Formats that sharp's own libvips has no decoder for, by the names that people give them. */
const foreignFormats: Partial<Record<ImageFormat, string>> = {
  jp2: "JPEG 2000",
  jxl: "JPEG XL",
  heic: "HEIC",
  ndpi: "Hamamatsu NDPI",
  scn: "Leica SCN",
  mrxs: "MIRAX",
};
const slideFormats: readonly ImageFormat[] = ["ndpi", "scn", "mrxs"];

/** What libvips calls samples, and what they are. Those that are windowed have no black and white of their own. */
const sampleKinds: Record<string, Pick<ImageFacts, "bitDepth" | "samples"> & { isWindowed: boolean }> = {
  uchar: { bitDepth: 8, samples: "unsigned", isWindowed: false },
  ushort: { bitDepth: 16, samples: "unsigned", isWindowed: false },
  uint: { bitDepth: 32, samples: "unsigned", isWindowed: true },
  char: { bitDepth: 8, samples: "signed", isWindowed: true },
  short: { bitDepth: 16, samples: "signed", isWindowed: true },
  int: { bitDepth: 32, samples: "signed", isWindowed: true },
  float: { bitDepth: 32, samples: "float", isWindowed: true },
  double: { bitDepth: 64, samples: "float", isWindowed: true },
};

/** How the system's `vips` gives an image. */
export interface Foreign {
  /** Whether its last channel is transparency. */
  readonly isSeeThrough: boolean;
  /** Sizes that a slide's reader gives the whole image in, by their numbers; none if it is no slide. */
  readonly slideLevels: readonly Size[];
  /** Rows of the source that `vips` keeps while it copies them. */
  readonly keptRows: number;
}

/** What the system's `vips` has to read, as a name for people; null for what sharp reads. */
export function foreignName(format: ImageFormat, page: TiffPage | undefined): string | null {
  const name = foreignFormats[format];
  if (name || !page) return name ?? null;
  if (page.sampleFormat === 3) return "a TIFF of floating-point numbers";
  if (page.sampleFormat === 2) return "a TIFF of signed numbers";
  if (page.bitsPerSample > 16) return "a TIFF of long numbers";
  return foreignCompressions.includes(page.compression) ? "a TIFF of this compression" : null;
}

/**
 * @param path as of vipsHeader.
 * @throws PyramidError as vipsHeader; UNSUPPORTED_FORMAT samples of another kind, or too many of them.
 */
export async function probeForeign(
  path: string,
  format: ImageFormat,
  name: string,
  page: TiffPage | undefined,
): Promise<{ image: ImageFacts; foreign: Foreign }> {
  const isSlide = slideFormats.includes(format);
  const header = await (isSlide ? slideHeader : vipsHeader)(path, name);
  // Where a slide was not scanned, its reader says transparent; the slide itself knows no such thing.
  const channels = isSlide ? 3 : numberOf(header, "bands");
  const colourSpace = header.get("interpretation") ?? "srgb";
  const hasAlpha = channels === 2 || (channels === 4 && colourSpace !== "cmyk");
  const { isWindowed, ...kind } = sampleKindOf(header, channels);
  const orientation = numberOf(header, "orientation") || 1;
  const size = [numberOf(header, "width"), numberOf(header, "height")];
  const [widthPx = 0, heightPx = 0] = orientation > 4 ? size.toReversed() : size;
  const objective = numberOf(header, "openslide.objective-power");
  const pixelWidth = numberOf(header, "openslide.mpp-x");
  const image: ImageFacts = {
    format,
    widthPx,
    heightPx,
    orientation,
    channels,
    ...kind,
    bitDepth: numberOf(header, "heif-bitdepth") || kind.bitDepth,
    window: null,
    hasAlpha,
    iccProfile: header.has("icc-profile-data"),
    colourSpace,
    separateChannels: separateChannels(page?.description ?? ""),
    // What libvips calls pages of a JPEG 2000 are sizes of its one picture.
    pageCount: format === "jp2" ? 1 : numberOf(header, "n-pages") || 1,
    micrometresPerPixel: pixelWidth > 0 ? pixelWidth : micrometresPerPixel(page?.description ?? ""),
    objectivePower: objective > 0 ? objective : objectivePower(page?.description ?? ""),
    associatedImages: (header.get("slide-associated-images") ?? "").split(", ").filter(Boolean),
  };
  const keptRows = isSlide ? keptSlideRows(numberOf(header, "openslide.level[0].tile-height")) : keptTiffRows(page);
  return { image, foreign: { isSeeThrough: isSlide || hasAlpha, slideLevels: slideLevels(header), keptRows } };
}

/** A slide's file holds other pictures too, and a reader that is not for slides takes the first for the whole. */
async function slideHeader(path: string, name: string): Promise<VipsHeader> {
  const header = await vipsHeader(path, name).catch(unreadSlide);
  return header.has("openslide.vendor") ? header : unreadSlide(header.get("vips-loader"));
}

/** @param cause what was wrong, or what took the slide instead of its reader. */
function unreadSlide(cause: unknown): never {
  const isOther = cause instanceof PyramidError && !["CORRUPT_IMAGE", "UNSUPPORTED_FORMAT"].includes(cause.code);
  if (isOther) throw cause;
  const message = "The slide is damaged, incomplete, or of a kind that its reader does not open.";
  throw new PyramidError("CORRUPT_IMAGE", message, { cause });
}

const slideLevels = (header: VipsHeader): Size[] =>
  Array.from({ length: numberOf(header, "openslide.level-count") }, (_, level) => ({
    widthPx: numberOf(header, `openslide.level[${level}].width`),
    heightPx: numberOf(header, `openslide.level[${level}].height`),
  }));

function sampleKindOf(header: VipsHeader, channels: number) {
  const name = header.get("format") ?? "";
  const kind = sampleKinds[name];
  if (!kind) {
    throw new PyramidError(
      "UNSUPPORTED_FORMAT",
      `The image stores samples of the kind ${name}; supported are 8, 16, 32 and 64 bits.`,
    );
  }
  if (kind.isWindowed && channels !== 1 && channels !== 3) {
    throw new PyramidError("UNSUPPORTED_FORMAT", `The image has ${channels} channels; supported are grey and RGB.`);
  }
  return kind;
}

/** Whether its samples have no black and white of their own. */
export const isWindowed = ({ samples, bitDepth }: ImageFacts): boolean => samples !== "unsigned" || bitDepth > 16;

/** What is made of it: a TIFF that is not turned yet, without transparency, and of 8 bits where it gets a window. */
export function storedCopy(image: ImageFacts): StoredImage {
  const { orientation, channels, hasAlpha, bitDepth } = image;
  const [widthPx, heightPx] = orientation > 4 ? [image.heightPx, image.widthPx] : [image.widthPx, image.heightPx];
  return {
    widthPx,
    heightPx,
    channels: hasAlpha ? channels - 1 : channels,
    sampleBytes: bitDepth > 8 && !isWindowed(image) ? 2 : 1,
    orientation,
    tileHeightPx: isTiledCopy({ widthPx, heightPx }) ? copyTile.heightPx : Math.min(usualTileHeightPx, heightPx),
    pieceBytes: 0,
    frame: null,
  };
}

const numberOf = (header: VipsHeader, name: string): number => Number(header.get(name) ?? 0);
