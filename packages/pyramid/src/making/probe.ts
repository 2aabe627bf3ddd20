import { join } from "node:path";
import type { Metadata } from "sharp";
import { PyramidError } from "../errors.ts";
import type { ImageFacts, ImageFormat } from "../facts.ts";
import type { Size } from "../geometry.ts";
import { cleanJpeg } from "../jpeg/clean-copy.ts";
import { type Jpeg2000Kind, readJpeg2000Kind } from "../jpeg2000/jpeg2000-kind.ts";
import { requireOpenJpeg } from "../jpeg2000/open-jpeg.ts";
import { decodeJpeg2000, estimateOpenJpeg, factsOfJpeg2000 } from "../jpeg2000/probe-jpeg2000.ts";
import type { PyramidLimits } from "../limits.ts";
import { codeCheckBytes } from "../previewing/jpeg-means/check-codes.ts";
import { isReadHere } from "../samples/decompress.ts";
import { eightBitImage, estimateReading, sampleFacts } from "../samples/probe-samples.ts";
import { readSampleTiff, type SampleTiff } from "../samples/sample-tiff.ts";
import { isHamamatsuNdpi } from "../source-tiff/hamamatsu.ts";
import { largestPieceBytes, readPages, type TiffPage } from "../source-tiff/pages.ts";
import {
  associatedImages,
  isLeicaScn,
  micrometresPerPixel,
  objectivePower,
  separateChannels,
} from "../source-tiff/slide-facts.ts";
import { type BlockPlan, planBlocks } from "./blocks.ts";
import { decoderError } from "./decoder-error.ts";
import { type Foreign, foreignName, isWindowed, probeForeign, storedCopy } from "./foreign.ts";
import { estimateCopying } from "./foreign-memory.ts";
import { estimateMemory, type MemoryEstimate } from "./memory-estimate.ts";
import { openImage } from "./open-image.ts";
import { choosePadding } from "./padding.ts";
import { sniffFormat } from "./sniff-format.ts";
import { type StoredImage, storedImage } from "./stored-image.ts";
import { requireLoader } from "./system-loaders.ts";
import { linkForVips } from "./system-vips.ts";
import { unpackMirax } from "./unpack-mirax.ts";
import { isJpeg2000, refuseUnreadableTiff } from "./unreadable-tiff.ts";

/** Channels of the colour spaces that are shown, by libvips' names for them. */
const colours: Record<string, number> = { srgb: 3, rgb: 3, "b-w": 1, cmyk: 4, rgb16: 3, grey16: 1 };
const bitDepths: Record<string, number> = { uchar: 8, ushort: 16 };

export interface Probed {
  /** The source, or a copy of it with a cleaner header; for the system's `vips` a link to it, or what was unpacked of it. */
  readonly path: string;
  readonly image: ImageFacts;
  readonly plan: BlockPlan;
  /** Of what the system's `vips` has to turn into a TIFF first; null for others. */
  readonly foreign: Foreign | null;
  /** Decodes the source whole into another file, and says where that is; null where the source is read as it is. */
  readonly decodeWhole: (() => Promise<string>) | null;
  /** Of a TIFF whose samples are not left to sharp, how they are stored; null for others. */
  readonly samples: SampleTiff | null;
  /** Of a TIFF that sharp reads, what it says of each of its pictures; empty for other formats. */
  readonly pages: readonly TiffPage[];
}

/**
 * Reads the header and refuses what can't or mustn't be tiled, before a pixel is decoded.
 *
 * @param scratchPath where a slide of several files is unpacked, and whatever `vips` reads gets a name that it takes.
 * @throws PyramidError EMPTY_FILE, UNSUPPORTED_FORMAT, CORRUPT_IMAGE, TOO_MANY_PIXELS, NEEDS_MORE_MEMORY, SCRATCH_FULL.
 */
export async function probe(
  sourcePath: string,
  scratchPath: string,
  tileSizePx: number,
  limits: PyramidLimits,
): Promise<Probed> {
  const { format, pages } = await tellFormat(sourcePath);
  const [first] = pages;
  if (format === "tiff" && first) {
    refuseUnreadableTiff(first);
    // Of a picture beyond what decoders can count, they say that it is damaged.
    refuseTooManyPixels(first.widthPx * first.heightPx, limits.maxPixels);
  }
  if (format === "jp2") {
    const kind = await readJpeg2000Kind(sourcePath);
    if (!kind.isPlain) return probeJpeg2000(sourcePath, scratchPath, kind, tileSizePx, limits);
  }
  const samples = format === "tiff" && first ? await readSampleTiff(sourcePath, first) : null;
  if (samples && isReadHere(samples.page.compression)) {
    const image = sampleFacts(samples, pages);
    const plan = admitSamples(image, samples, tileSizePx, limits);
    return { path: sourcePath, image, plan, foreign: null, samples, decodeWhole: null, pages: [] };
  }
  const decoder = foreignName(format, first);
  if (decoder) {
    await requireLoader(first && isJpeg2000(first) ? "jp2" : format, decoder);
    const path = await (format === "mrxs" ? unpackMirax : linkForVips)(sourcePath, scratchPath);
    const { image, foreign } = await probeForeign(path, format, decoder, first);
    const plan = admitForeign(image, foreign, tileSizePx, limits);
    return { path, image, plan, foreign, samples, decodeWhole: null, pages: [] };
  }

  const path = format === "jpeg" ? await cleanJpeg(sourcePath, join(scratchPath, "clean.jpg")) : sourcePath;
  const metadata = await openImage(path)
    .metadata()
    .catch((error: unknown) => Promise.reject(decoderError(error)));
  refuseUnknownPixels(metadata);
  refuseTooManyPixels(metadata.width * metadata.height, limits.maxPixels);
  const image = toFacts(format, metadata, pages);
  const codeBytes = format === "jpeg" ? codeCheckBytes(metadata.width) : 0;
  const pieceBytes = first ? await largestPieceBytes(sourcePath, first) : codeBytes;
  const { plan, memory } = planTiling(image, storedImage(metadata, first?.tile?.heightPx, pieceBytes), tileSizePx);
  refuseTooMuchMemory(memory, limits.memoryBytes);
  return { path, image, plan, foreign: null, samples: null, decodeWhole: null, pages };
}

/** One that libvips reads and shows wrong. */
async function probeJpeg2000(
  path: string,
  scratchPath: string,
  kind: Jpeg2000Kind,
  tileSizePx: number,
  limits: PyramidLimits,
): Promise<Probed> {
  const image = factsOfJpeg2000(kind);
  refuseTooManyPixels(image.widthPx * image.heightPx, limits.maxPixels);
  await requireOpenJpeg();
  const decoding = estimateOpenJpeg(kind);
  const { plan, memory: tiling } = planTiling(image, storedCopy(image), tileSizePx);
  refuseTooMuchMemory(decoding.bytes > tiling.bytes ? decoding : tiling, limits.memoryBytes);
  return {
    path,
    image,
    plan,
    foreign: null,
    samples: null,
    decodeWhole: () => decodeJpeg2000(path, scratchPath, image),
    pages: [],
  };
}

/** Slides of two makers are TIFFs of a kind. */
async function tellFormat(path: string): Promise<{ format: ImageFormat; pages: readonly TiffPage[] }> {
  const format = await sniffFormat(path);
  if (format !== "tiff") return { format, pages: [] };
  if (await isHamamatsuNdpi(path)) return { format: "ndpi", pages: [] };
  const pages = await readPages(path);
  return { format: pages[0] && isLeicaScn(pages[0]) ? "scn" : "tiff", pages };
}

/** The image is copied and then the copy is tiled: whichever takes more memory counts. */
function admitForeign(image: ImageFacts, foreign: Foreign, tileSizePx: number, limits: PyramidLimits): BlockPlan {
  if (!isWindowed(image)) refuseUnknownColours(image.channels, image.colourSpace);
  refuseTooManyPixels(image.widthPx * image.heightPx, limits.maxPixels);
  const copy = storedCopy(image);
  const copying = estimateCopying(image, foreign, copy);
  const { plan, memory: tiling } = planTiling(image, copy, tileSizePx);
  refuseTooMuchMemory(copying.bytes > tiling.bytes ? copying : tiling, limits.memoryBytes);
  return plan;
}

/** As of `admitForeign`. */
function admitSamples(image: ImageFacts, samples: SampleTiff, tileSizePx: number, limits: PyramidLimits): BlockPlan {
  const reading = estimateReading(samples);
  const { plan, memory: tiling } = planTiling(image, eightBitImage(samples), tileSizePx);
  refuseTooMuchMemory(reading.bytes > tiling.bytes ? reading : tiling, limits.memoryBytes);
  return plan;
}

function planTiling(image: Size, stored: StoredImage, tileSizePx: number): { plan: BlockPlan; memory: MemoryEstimate } {
  const padding = choosePadding(stored);
  const plan = planBlocks(image, tileSizePx, padding.padded);
  const { bytes, wholeFrame } = estimateMemory(stored, plan, tileSizePx);
  return { plan, memory: { bytes: bytes + padding.bytes, wholeFrame } };
}

const toFacts = (format: ImageFormat, metadata: Metadata, pages: readonly TiffPage[]): ImageFacts => ({
  format,
  widthPx: metadata.autoOrient.width,
  heightPx: metadata.autoOrient.height,
  orientation: metadata.orientation ?? 1,
  channels: metadata.channels,
  bitDepth: metadata.bitsPerSample ?? bitDepths[metadata.depth] ?? 8,
  samples: "unsigned",
  window: null,
  hasAlpha: metadata.hasAlpha,
  iccProfile: metadata.hasProfile,
  colourSpace: metadata.space,
  separateChannels: separateChannels(pages[0]?.description ?? ""),
  pageCount: metadata.pages ?? 1,
  micrometresPerPixel: micrometresPerPixel(pages[0]?.description ?? ""),
  objectivePower: objectivePower(pages[0]?.description ?? ""),
  associatedImages: associatedImages(pages),
});

/** Of many channels nobody has said which to show in which colour: better no picture. */
function refuseUnknownPixels({ depth, space, channels }: Pick<Metadata, "depth" | "space" | "channels">): void {
  if (!(depth in bitDepths)) {
    throw new PyramidError(
      "UNSUPPORTED_FORMAT",
      `The image stores samples of the kind ${depth}; supported are 1, 8 and 16 bits, and in TIFF 32 bits.`,
    );
  }
  refuseUnknownColours(channels, space);
}

/** One channel more than the colours have is transparency. */
function refuseUnknownColours(channels: number, space: string): void {
  if (channels <= (colours[space] ?? -1) + 1) return;
  throw new PyramidError(
    "UNSUPPORTED_FORMAT",
    `The image has ${channels} channels in colour space ${space}; supported are grey, RGB and CMYK, each with or without transparency: save it as one of these.`,
  );
}

function refuseTooManyPixels(count: number, maxPixels: number): void {
  if (count <= maxPixels) return;
  const [pixels, limit] = [count, maxPixels].map((value) => value.toLocaleString("en"));
  throw new PyramidError("TOO_MANY_PIXELS", `The image has ${pixels} pixels; the limit is ${limit}.`);
}

function refuseTooMuchMemory({ bytes, wholeFrame }: MemoryEstimate, memoryBytes: number): void {
  if (bytes <= memoryBytes) return;
  const [need, limit] = [bytes, memoryBytes].map((value) => Math.ceil(value / 2 ** 20).toLocaleString("en"));
  const why = wholeFrame ? `has to be held in memory whole because ${wholeFrame}: that` : "is so wide that tiling it";
  const sentence = `The image ${why} takes about ${need} MiB, and the limit is ${limit} MiB.`;
  throw new PyramidError("NEEDS_MORE_MEMORY", sentence, { neededBytes: Math.ceil(bytes) });
}
