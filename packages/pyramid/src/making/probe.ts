import type { Metadata } from "sharp";
import { PyramidError } from "../errors.ts";
import type { ImageFacts, ImageFormat } from "../facts.ts";
import type { Size } from "../geometry.ts";
import type { PyramidLimits } from "../limits.ts";
import { isHamamatsuNdpi } from "../source-tiff/hamamatsu.ts";
import { type PagePlace, readTiff, type TiffContents, type TiffPage } from "../source-tiff/pages.ts";
import { damaged } from "../source-tiff/pieces.ts";
import {
  associatedImages,
  isLeicaScn,
  micrometresPerPixel,
  objectivePower,
  separateChannels,
} from "../source-tiff/slide-facts.ts";
import { type BlockPlan, planBlocks } from "./blocks.ts";
import { decoderError } from "./decoder-error.ts";
import { type Foreign, foreignName, isWindowed, probeForeign, storedCopy, wholeWindow } from "./foreign.ts";
import { estimateCopying } from "./foreign-memory.ts";
import { estimateMemory, type MemoryEstimate } from "./memory-estimate.ts";
import { openImage } from "./open-image.ts";
import { choosePadding } from "./padding.ts";
import { sniffFormat } from "./sniff-format.ts";
import { type StoredImage, storedImage } from "./stored-image.ts";
import { requireLoader } from "./system-loaders.ts";
import { linkForVips } from "./system-vips.ts";
import {
  firstPlace,
  hasManyChannels,
  hasTransparency,
  type OnCopied,
  openTiffSource,
  type TiffSource,
} from "./tiff-source.ts";
import { unpackMirax } from "./unpack-mirax.ts";
import { isJpeg2000, refuseUnreadableTiff } from "./unreadable-tiff.ts";

/** Channels of the colour spaces that are shown, by libvips' names for them. */
const colours: Record<string, number> = { srgb: 3, rgb: 3, "b-w": 1, cmyk: 4, rgb16: 3, grey16: 1 };
const bitDepths: Record<string, number> = { uchar: 8, ushort: 16 };

export interface Probed {
  /** Where the header is, and the pixels after `make`: the source, a copy of it, or for the system's `vips` a link. */
  readonly path: string;
  readonly place: PagePlace;
  readonly make: TiffSource["make"];
  readonly image: ImageFacts;
  readonly plan: BlockPlan;
  /** Of what the system's `vips` has to turn into a TIFF first; null for others. */
  readonly foreign: Foreign | null;
  readonly contents: TiffContents;
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
  const { format, contents } = await tellFormat(sourcePath);
  const { pages } = contents;
  const [first] = pages;
  if (format === "tiff" && !first) throw damaged("its first directory can't be read");
  if (format === "tiff" && first) {
    refuseUnreadableTiff(first);
    // Of a picture beyond what decoders can count, they say that it is damaged.
    refuseTooManyPixels(first.widthPx * first.heightPx, limits.maxPixels);
  }
  const decoder = foreignName(format, first);
  if (decoder) {
    await requireLoader(first && isJpeg2000(first) ? "jp2" : format, decoder);
    const source = format === "tiff" && first ? await openTiff(sourcePath, contents, first, scratchPath, false) : null;
    const path = await (format === "mrxs" ? unpackMirax : linkForVips)(source?.path ?? sourcePath, scratchPath);
    const made = source?.make;
    const make = made ? async (onCopied: OnCopied) => linkForVips(await made(onCopied), scratchPath) : null;
    const { image, foreign } = await probeForeign(path, format, decoder, first);
    const plan = admitForeign(image, foreign, tileSizePx, limits);
    return { path, place: firstPlace, make, image, plan, foreign, contents, pages: [] };
  }

  const source = first && (await openTiff(sourcePath, contents, first, scratchPath, true));
  const { path, place, pieceBytes, make } = source ?? {
    path: sourcePath,
    place: firstPlace,
    pieceBytes: 0,
    make: null,
  };
  const metadata = await openImage(path, place)
    .metadata()
    .catch((error: unknown) => Promise.reject(decoderError(error)));
  refuseUnknownPixels(metadata);
  refuseTooManyPixels(metadata.width * metadata.height, limits.maxPixels);
  const image = toFacts(format, metadata, contents);
  const { plan, memory } = planTiling(image, storedImage(metadata, first?.tile?.heightPx, pieceBytes), tileSizePx);
  refuseTooMuchMemory(memory, limits.memoryBytes);
  return { path, place, make, image, plan, foreign: null, contents, pages };
}

const openTiff = async (
  sourcePath: string,
  contents: TiffContents,
  page: TiffPage,
  scratchPath: string,
  isForSharp: boolean,
): Promise<TiffSource> => {
  if (hasManyChannels(page)) await requireLoader("tiff", "a TIFF of many channels");
  return openTiffSource(sourcePath, contents, page, scratchPath, { isForSharp });
};

/** Slides of two makers are TIFFs of a kind. */
async function tellFormat(path: string): Promise<{ format: ImageFormat; contents: TiffContents }> {
  const format = await sniffFormat(path);
  if (format !== "tiff") return { format, contents: noTiff };
  if (await isHamamatsuNdpi(path)) return { format: "ndpi", contents: noTiff };
  const contents = await readTiff(path);
  return { format: contents.first && isLeicaScn(contents.first) ? "scn" : "tiff", contents };
}

const noTiff: TiffContents = { pages: [], first: null, endsWell: true };

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

function planTiling(image: Size, stored: StoredImage, tileSizePx: number): { plan: BlockPlan; memory: MemoryEstimate } {
  const padding = choosePadding(stored);
  const plan = planBlocks(image, tileSizePx, padding.padded);
  const { bytes, wholeFrame } = estimateMemory(stored, plan, tileSizePx);
  return { plan, memory: { bytes: bytes + padding.bytes, wholeFrame } };
}

function toFacts(format: ImageFormat, metadata: Metadata, { pages, first }: TiffContents): ImageFacts {
  const [page] = pages;
  const descriptions = [page?.description ?? "", first?.description ?? ""] as const;
  const says = <T>(read: (description: string) => T | null): T | null => read(descriptions[0]) ?? read(descriptions[1]);
  return {
    format,
    widthPx: metadata.autoOrient.width,
    heightPx: metadata.autoOrient.height,
    orientation: metadata.orientation ?? 1,
    channels: metadata.channels,
    bitDepth: metadata.bitsPerSample ?? bitDepths[metadata.depth] ?? 8,
    samples: "unsigned",
    window: metadata.depth === "ushort" ? wholeWindow : null,
    // Of a TIFF's channels, a decoder takes any that is one more than the colours for transparency.
    hasAlpha: metadata.hasAlpha && (!page || hasTransparency(page)),
    iccProfile: metadata.hasProfile,
    colourSpace: metadata.space,
    separateChannels: separateChannels(descriptions[1]),
    pageCount: page ? pages.filter(({ place }) => place.subifd === null).length : (metadata.pages ?? 1),
    micrometresPerPixel: says(micrometresPerPixel),
    objectivePower: says(objectivePower),
    associatedImages: associatedImages(pages),
  };
}

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
