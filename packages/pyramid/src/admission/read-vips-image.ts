import { PyramidError } from "../errors.ts";
import type { ImageFacts } from "../facts.ts";
import type { VipsDecoder } from "../formats/decoder.ts";
import { micrometresPerPixel, objectivePower, separateChannels } from "../formats/slide-facts.ts";
import type { SourceFormat } from "../formats/source-format.ts";
import type { Size } from "../geometry.ts";
import type { TiffPage } from "../tiff/page.ts";
import { hasTransparency } from "../tiff/shown-channels.ts";
import { type VipsHeader, vipsHeader } from "../vips/header.ts";
import type { SystemLoader } from "../vips/system-vips.ts";
import { keptSlideRows, keptTiffRows } from "./copy-memory.ts";
import type { VipsImage } from "./vips-image.ts";

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

interface Reader {
  readonly format: SourceFormat;
  readonly decoder: VipsDecoder;
  readonly loader: SystemLoader;
  /** Of a TIFF, what its directory says. */
  readonly page: TiffPage | undefined;
}

/**
 * @param path as of VipsSource.
 * @throws PyramidError as vipsHeader; UNSUPPORTED_FORMAT samples of another kind, or too many of them.
 */
export async function readVipsImage(
  path: string,
  reader: Reader,
  memoryBytes: number,
): Promise<{ image: ImageFacts; byVips: VipsImage }> {
  const { format, decoder, loader, page } = reader;
  const isSlide = decoder.vendor !== null;
  const header = await (isSlide ? slideHeader(path, reader) : vipsHeader({ path, loader }));
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
    format: format.name,
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
    pageCount: format.pagesAreSizes ? 1 : numberOf(header, "n-pages") || 1,
    micrometresPerPixel: pixelWidth > 0 ? pixelWidth : micrometresPerPixel(page?.description ?? ""),
    objectivePower: objective > 0 ? objective : objectivePower(page?.description ?? ""),
    associatedImages: (header.get("slide-associated-images") ?? "").split(", ").filter(Boolean),
  };
  const keptRows = isSlide ? keptSlideRows(numberOf(header, "openslide.level[0].tile-height")) : keptTiffRows(page);
  const isSeeThrough = isSlide || hasAlpha;
  return { image, byVips: { loader, isSeeThrough, slideLevels: slideLevels(header), keptRows, memoryBytes } };
}

/** A slide's file holds other pictures too, and a reader that is not for slides takes the first for the whole. */
async function slideHeader(path: string, { format, decoder: { vendor }, loader }: Reader): Promise<VipsHeader> {
  const refuse = (cause: unknown): never => refuseUnopened(cause, format);
  const header = await vipsHeader({ path, loader }).catch(refuse);
  const taken = header.get("openslide.vendor");
  return taken === vendor ? header : refuse(`it was taken for a slide of ${taken}`);
}

/** @param cause what was wrong, or what took the slide instead of its reader. */
function refuseUnopened(cause: unknown, { unopened }: SourceFormat): never {
  const isOther = cause instanceof PyramidError && !["CORRUPT_IMAGE", "UNSUPPORTED_FORMAT"].includes(cause.code);
  if (isOther) throw cause;
  if (unopened) throw new PyramidError("UNSUPPORTED_FORMAT", unopened, { cause });
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

const numberOf = (header: VipsHeader, name: string): number => Number(header.get(name) ?? 0);
