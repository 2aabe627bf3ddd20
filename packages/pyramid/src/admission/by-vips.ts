import { PyramidError } from "../errors.ts";
import type { ImageFacts } from "../facts.ts";
import { formats, type VipsLoader } from "../formats/formats.ts";
import { micrometresPerPixel, objectivePower, separateChannels } from "../formats/slide-facts.ts";
import { vipsCompressions } from "../formats/unreadable-tiff.ts";
import type { Size } from "../geometry.ts";
import type { ImageFormat } from "../names.ts";
import type { ToolLimits } from "../process/run-tool.ts";
import { compression, sampleFormat } from "../tiff/numbers.ts";
import type { TiffPage } from "../tiff/pages.ts";
import { hasTransparency } from "../tiff/shown-channels.ts";
import type { SystemLoader } from "../vips/loaders.ts";
import { copyTile, isTiledCopy, type VipsHeader, type VipsSource, vipsHeader } from "../vips/run-vips.ts";
import { keptSlideRows, keptTiffRows } from "./copy-memory.ts";
import { type StoredImage, usualTileHeightPx } from "./stored-image.ts";

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
  readonly loader: SystemLoader;
  /** Whether its last channel is transparency, and that of its copy too. */
  readonly isSeeThrough: boolean;
  /** Sizes that a slide's reader gives the whole image in, by their numbers; none if it is no slide. */
  readonly slideLevels: readonly Size[];
  /** Rows of the source that `vips` keeps while it copies them. */
  readonly keptRows: number;
  /** What the work on it may take. */
  readonly memoryBytes: number;
}

/** What the system's `vips` has to read, and who of it: null for what sharp reads. */
export interface ForeignSource {
  /** As a name for people. */
  readonly name: string;
  readonly loader: VipsLoader;
  /** Whose slide it has to be for its reader; null if it is none. */
  readonly vendor: string | null;
}

export function foreignSource(format: ImageFormat, page: TiffPage | undefined): ForeignSource | null {
  const { label, loader, vendor } = formats[format];
  if (loader) return { name: label, loader, vendor };
  if (page && isAperioJpeg2000(page)) return { name: "Aperio SVS", loader: "openslideload", vendor: "aperio" };
  const name = page && foreignTiff(page);
  return name ? { name, loader: "tiffload", vendor: null } : null;
}

const aperioJpeg2000: readonly number[] = [compression.aperioJpeg2000Ycbcr, compression.aperioJpeg2000Rgb];

/** Tiles in two forms that Aperio's scanners alone write, of which the slide reader knows best how their colours are stored. */
const isAperioJpeg2000 = ({ description, compression: method }: TiffPage): boolean =>
  description.startsWith("Aperio") && aperioJpeg2000.includes(method);

function foreignTiff(page: TiffPage): string | null {
  if (page.sampleFormat === sampleFormat.float) return "a TIFF of floating-point numbers";
  if (page.sampleFormat === sampleFormat.signed) return "a TIFF of signed numbers";
  if (page.bitsPerSample > 16) return "a TIFF of long numbers";
  return vipsCompressions.includes(page.compression) ? "a TIFF of this compression" : null;
}

/**
 * @param path as of VipsSource.
 * @throws PyramidError as vipsHeader; UNSUPPORTED_FORMAT samples of another kind, or too many of them.
 */
export async function probeForeign(
  path: string,
  format: ImageFormat,
  loader: SystemLoader,
  vendor: string | null,
  page: TiffPage | undefined,
  memoryBytes: number,
): Promise<{ image: ImageFacts; foreign: Foreign }> {
  const isSlide = vendor !== null;
  const header = await (isSlide ? slideHeader(path, loader, vendor) : vipsHeader({ path, loader }));
  // Where a slide was not scanned, its reader says transparent; the slide itself knows no such thing.
  const channels = isSlide ? 3 : numberOf(header, "bands");
  const colourSpace = header.get("interpretation") ?? "srgb";
  const hasAlpha = page ? hasTransparency(page) : channels === 2 || (channels === 4 && colourSpace !== "cmyk");
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
  const isSeeThrough = isSlide || hasAlpha;
  return { image, foreign: { loader, isSeeThrough, slideLevels: slideLevels(header), keptRows, memoryBytes } };
}

/** A slide's file holds other pictures too, and a reader that is not for slides takes the first for the whole. */
async function slideHeader(path: string, loader: SystemLoader, vendor: string): Promise<VipsHeader> {
  const refuse = (cause: unknown): never => unreadSlide(cause, vendor);
  const header = await vipsHeader({ path, loader }).catch(refuse);
  const taken = header.get("openslide.vendor");
  return taken === vendor ? header : refuse(`it was taken for a slide of ${taken}`);
}

/** @param cause what was wrong, or what took the slide instead of its reader. */
function unreadSlide(cause: unknown, vendor: string): never {
  const isOther = cause instanceof PyramidError && !["CORRUPT_IMAGE", "UNSUPPORTED_FORMAT"].includes(cause.code);
  if (isOther) throw cause;
  // Of Ventana's, whole kinds are not opened, and nothing in the file tells which.
  if (vendor === formats.bif.vendor) {
    const remedy = "save it as a TIFF with Ventana's own software";
    throw new PyramidError(
      "UNSUPPORTED_FORMAT",
      `The Ventana BIF is of a kind that its reader does not open: ${remedy}.`,
      { cause },
    );
  }
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

/** What is made of it: a TIFF that is not turned yet, and of 8 bits where it gets a window. */
export function storedCopy(image: ImageFacts, withAlpha: boolean): StoredImage {
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

/** Slow decoders take a microsecond for a pixel. */
const cpuSecondsPerPixel = 20e-6;
/** Of the pixels as they are; tiles are filled up at the edges. */
const mostGrowth = 8;

/** What the system ends a decoder for that takes far more than the image explains. @param memoryBytes as it may take. */
export function limitsFor(
  { widthPx, heightPx, channels, bitDepth }: Pick<ImageFacts, "widthPx" | "heightPx" | "channels" | "bitDepth">,
  memoryBytes: number,
): ToolLimits {
  const pixels = widthPx * heightPx;
  return {
    cpuSeconds: 600 + Math.ceil(pixels * cpuSecondsPerPixel),
    // Of this, much is never touched; what is, is watched.
    memoryBytes: memoryBytes + 512 * 2 ** 20,
    fileBytes: 64 * 2 ** 20 + mostGrowth * pixels * (channels + 1) * Math.ceil(bitDepth / 8),
    timeoutMs: null,
  };
}

/** @param path as it was probed. */
export const vipsSource = (path: string, image: ImageFacts, { loader, memoryBytes }: Foreign): VipsSource => ({
  path,
  loader,
  limits: limitsFor(image, memoryBytes),
});

const numberOf = (header: VipsHeader, name: string): number => Number(header.get(name) ?? 0);
