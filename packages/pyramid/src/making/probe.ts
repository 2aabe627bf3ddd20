import type { Metadata } from "sharp";
import { PyramidError } from "../errors.ts";
import type { ImageFacts, ImageFormat } from "../facts.ts";
import type { PyramidLimits } from "../limits.ts";
import { readPages, type TiffPage } from "../source-tiff/pages.ts";
import { associatedImages, isLeicaScn, micrometresPerPixel, objectivePower } from "../source-tiff/slide-facts.ts";
import { type BlockPlan, planBlocks } from "./blocks.ts";
import { decoderError } from "./decoder-error.ts";
import { foreignMemoryBytes, foreignName, probeForeign, wholeWindow } from "./foreign.ts";
import { estimateMemory } from "./memory-estimate.ts";
import { openImage } from "./open-image.ts";
import { choosePadding } from "./padding.ts";
import { sniffFormat } from "./sniff-format.ts";

const colourSpaces = ["srgb", "rgb", "b-w", "cmyk", "rgb16", "grey16"];
const bitDepths: Record<string, number> = { uchar: 8, ushort: 16 };

export interface Probed {
  readonly image: ImageFacts;
  readonly plan: BlockPlan;
  /** Whether the system's `vips` has to turn the source into a TIFF first. */
  readonly isForeign: boolean;
  /** Of a TIFF that sharp reads, what it says of each of its pictures; empty for other formats. */
  readonly pages: readonly TiffPage[];
}

/**
 * Reads the header and refuses what can't or mustn't be tiled, before a pixel is decoded.
 *
 * @throws PyramidError EMPTY_FILE, UNSUPPORTED_FORMAT, CORRUPT_IMAGE, TOO_MANY_PIXELS, OUT_OF_MEMORY.
 */
export async function probe(path: string, tileSizePx: number, limits: PyramidLimits): Promise<Probed> {
  const signature = await sniffFormat(path);
  const pages = signature === "tiff" ? await readPages(path) : [];
  const [first] = pages;
  const format = first?.isHamamatsu ? "ndpi" : first && isLeicaScn(first) ? "scn" : signature;
  const foreign = foreignName(format, first);
  if (foreign) return admitForeign(await probeForeign(path, format, foreign, first), tileSizePx, limits);

  const metadata = await openImage(path)
    .metadata()
    .catch((error: unknown) => Promise.reject(decoderError(error)));
  refuseUnknownPixels(metadata);
  refuseTooManyPixels(metadata.width * metadata.height, limits.maxPixels);
  const image = toFacts(format, metadata, pages);
  const padding = choosePadding(metadata);
  const plan = planBlocks(image, tileSizePx, padding.padded);
  const { bytes, wholeFrame } = estimateMemory(metadata, plan, tileSizePx, first?.tile?.heightPx);
  refuseTooMuchMemory(bytes + padding.bytes, wholeFrame, limits.memoryBytes);
  return { image, plan, isForeign: false, pages };
}

function admitForeign(image: ImageFacts, tileSizePx: number, limits: PyramidLimits): Probed {
  refuseTooManyPixels(image.widthPx * image.heightPx, limits.maxPixels);
  refuseTooMuchMemory(foreignMemoryBytes(image), "of its format", limits.memoryBytes);
  const { padded } = choosePadding({ width: image.widthPx, height: image.heightPx });
  return { image, plan: planBlocks(image, tileSizePx, padded), isForeign: true, pages: [] };
}

const toFacts = (format: ImageFormat, metadata: Metadata, pages: readonly TiffPage[]): ImageFacts => ({
  format,
  widthPx: metadata.autoOrient.width,
  heightPx: metadata.autoOrient.height,
  orientation: metadata.orientation ?? 1,
  channels: metadata.channels,
  bitDepth: metadata.bitsPerSample ?? bitDepths[metadata.depth] ?? 8,
  samples: "unsigned",
  window: metadata.depth === "ushort" ? wholeWindow : null,
  hasAlpha: metadata.hasAlpha,
  iccProfile: metadata.hasProfile,
  colourSpace: metadata.space,
  pageCount: metadata.pages ?? 1,
  micrometresPerPixel: micrometresPerPixel(pages[0]?.description ?? ""),
  objectivePower: objectivePower(pages[0]?.description ?? ""),
  associatedImages: associatedImages(pages),
});

/** Of many channels nobody has said which to show in which colour: better no picture. */
function refuseUnknownPixels({ depth, space, channels, hasAlpha }: Metadata): void {
  const colours = channels - (hasAlpha ? 1 : 0);
  if (!(depth in bitDepths)) {
    throw new PyramidError(
      "UNSUPPORTED_FORMAT",
      `The image stores samples of the kind ${depth}; supported are 1, 8 and 16 bits, and in TIFF 32 bits.`,
    );
  }
  if (!colourSpaces.includes(space) || colours > 4) {
    throw new PyramidError(
      "UNSUPPORTED_FORMAT",
      `The image has ${channels} channels in colour space ${space}; supported are grey, RGB and CMYK.`,
    );
  }
}

function refuseTooManyPixels(count: number, maxPixels: number): void {
  if (count <= maxPixels) return;
  const [pixels, limit] = [count, maxPixels].map((value) => value.toLocaleString("en"));
  throw new PyramidError("TOO_MANY_PIXELS", `The image has ${pixels} pixels; the limit is ${limit}.`);
}

function refuseTooMuchMemory(bytes: number, wholeFrame: string | null, memoryBytes: number): void {
  if (bytes <= memoryBytes) return;
  const [need, limit] = [bytes, memoryBytes].map((value) => Math.ceil(value / 2 ** 20).toLocaleString("en"));
  const why = wholeFrame ? `has to be held in memory whole because ${wholeFrame}: that` : "is so wide that tiling it";
  throw new PyramidError("OUT_OF_MEMORY", `The image ${why} takes about ${need} MiB, and the limit is ${limit} MiB.`, {
    neededBytes: Math.ceil(bytes),
  });
}
