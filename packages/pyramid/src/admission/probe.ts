import { join } from "node:path";
import type { Metadata } from "sharp";
import { manyChannels, type OnCopied, openTiffSource, type TiffSource } from "../clean-tiff/tiff-source.ts";
import type { ImageFacts } from "../facts.ts";
import { tellByContent } from "../formats/detect-format.ts";
import { isHamamatsuNdpi } from "../formats/hamamatsu.ts";
import { unpackMirax } from "../formats/mirax/unpack.ts";
import { associatedImages, isLeicaScn, textFacts } from "../formats/slide-facts.ts";
import type { Told } from "../formats/source-format.ts";
import { isJpeg2000, refuseUnreadableTiff } from "../formats/unreadable-tiff.ts";
import { isVentanaBif } from "../formats/ventana.ts";
import type { Size } from "../geometry.ts";
import { cleanJpeg } from "../jpeg/clean-copy.ts";
import { codeCheckBytes } from "../jpeg/dc/check-codes.ts";
import { type Jpeg2000Kind, readJpeg2000Kind } from "../jpeg2000/jpeg2000-kind.ts";
import { requireOpenJpeg } from "../jpeg2000/open-jpeg.ts";
import { refuseOtherJpeg2000 } from "../jpeg2000/tiff-colours.ts";
import type { PyramidLimits } from "../limits.ts";
import type { ImageFormat } from "../names.ts";
import { withinHeaderTime } from "../process/header-time.ts";
import { isReadHere } from "../samples/decompress.ts";
import { readSampleTiff, type SampleTiff } from "../samples/sample-tiff.ts";
import { openImage } from "../sharp/open-image.ts";
import { firstPlace, type PagePlace, readTiff, type TiffContents, type TiffPage } from "../tiff/pages.ts";
import { damaged } from "../tiff/pieces.ts";
import { hasTransparency, takesVips } from "../tiff/shown-channels.ts";
import { decoderError } from "../vips/decoder-error.ts";
import { requireLoader } from "../vips/loaders.ts";
import { linkForVips } from "../vips/run-vips.ts";
import { type BlockPlan, planBlocks } from "./blocks.ts";
import { decodeJpeg2000, estimateOpenJpeg, factsOfJpeg2000 } from "./by-openjpeg.ts";
import { eightBitImage, estimateReading, keptBytes, sampleFacts } from "./by-samples.ts";
import { type Foreign, foreignSource, isWindowed, probeForeign, storedCopy } from "./by-vips.ts";
import { estimateCopying } from "./copy-memory.ts";
import { estimateMemory, type MemoryEstimate } from "./memory-estimate.ts";
import { choosePadding } from "./padding.ts";
import {
  refuseTooManyPixels,
  refuseTooMuchMemory,
  refuseUnfilled,
  refuseUnknownColours,
  refuseUnknownPixels,
} from "./refuse-image.ts";
import { type StoredImage, storedImage } from "./stored-image.ts";

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
  /** Decodes the source whole into another file, and says where that is; null where the source is read as it is. */
  readonly decodeWhole: (() => Promise<string>) | null;
  /** Of a TIFF whose samples are not left to sharp, how they are stored; null for others. */
  readonly samples: SampleTiff | null;
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
  const { format, contents, stated } = await tellFormat(sourcePath);
  const { pages } = contents;
  const [first] = pages;
  if (format === "tiff" && !first) throw damaged("its first directory can't be read");
  if (format === "tiff" && first) {
    refuseUnreadableTiff(first);
    // Of a picture beyond what decoders can count, they say that it is damaged.
    refuseTooManyPixels(first.widthPx * first.heightPx, limits.maxPixels);
  }
  if (format === "jp2") {
    const kind = await readJpeg2000Kind(sourcePath);
    if (!kind.isPlain) return probeJpeg2000(sourcePath, scratchPath, kind, tileSizePx, limits);
  }
  const usual = { place: firstPlace, make: null, foreign: null, samples: null, decodeWhole: null, contents, pages: [] };
  const samples = format === "tiff" && first ? await readSampleTiff(sourcePath, first) : null;
  if (samples && isReadHere(samples.page.compression)) {
    const image = sampleFacts(samples, contents);
    return { ...usual, path: sourcePath, image, plan: admitSamples(image, samples, tileSizePx, limits), samples };
  }
  const foreignly = foreignSource(format, first);
  if (foreignly) {
    const loader = await requireLoader(foreignly.loader, foreignly.name);
    const tiff = loader.name === "tiffload" ? first : undefined;
    if (tiff && isJpeg2000(tiff)) {
      await refuseOtherJpeg2000(sourcePath, tiff);
      // Its reader of TIFFs hands the tiles to that of JPEG 2000.
      await requireLoader("jp2kload", foreignly.name);
    }
    const source = tiff && (await openTiff(sourcePath, contents, tiff, scratchPath, false, limits.reserveBytes));
    const path =
      format === "mrxs"
        ? await unpackMirax(sourcePath, scratchPath, limits.reserveBytes)
        : await linkForVips(source?.path ?? sourcePath, scratchPath);
    const made = source?.make;
    const make = made ? async (onCopied: OnCopied) => linkForVips(await made(onCopied), scratchPath) : null;
    const { image, foreign } = await probeForeign(path, format, loader, foreignly.vendor, first, limits.memoryBytes);
    const plan = admitForeign(image, foreign, tileSizePx, limits);
    return { ...usual, path, make, image, plan, foreign, samples };
  }

  const source = first && (await openTiff(sourcePath, contents, first, scratchPath, true, limits.reserveBytes));
  const cleaned = format === "jpeg" ? await cleanJpeg(sourcePath, join(scratchPath, "clean.jpg")) : sourcePath;
  const { path, place, make } = source ?? { path: cleaned, place: firstPlace, make: null };
  const metadata = await withinHeaderTime(openImage(path, place).metadata()).catch((error: unknown) =>
    Promise.reject(decoderError(error)),
  );
  refuseUnfilled(stated, metadata);
  refuseUnknownPixels(metadata);
  refuseTooManyPixels(metadata.width * metadata.height, limits.maxPixels);
  const image = toFacts(format, metadata, contents);
  const codeBytes = format === "jpeg" ? codeCheckBytes(metadata.width) : 0;
  const stored = storedImage(metadata, first?.tile?.heightPx, source?.pieceBytes ?? codeBytes);
  const { plan, memory } = planTiling(image, stored, tileSizePx);
  refuseTooMuchMemory(memory, limits.memoryBytes);
  return { ...usual, path, place, make, image, plan, pages };
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
  const { plan, memory: tiling } = planTiling(image, storedCopy(image, image.hasAlpha), tileSizePx);
  refuseTooMuchMemory(decoding.bytes > tiling.bytes ? decoding : tiling, limits.memoryBytes);
  return {
    path,
    place: firstPlace,
    make: null,
    image,
    plan,
    foreign: null,
    samples: null,
    decodeWhole: () => decodeJpeg2000(path, scratchPath, image, decoding.bytes),
    contents: noTiff,
    pages: [],
  };
}

const openTiff = async (
  sourcePath: string,
  contents: TiffContents,
  page: TiffPage,
  scratchPath: string,
  isForSharp: boolean,
  reserveBytes: number,
): Promise<TiffSource> => {
  if (takesVips(page)) await requireLoader("tiffload", manyChannels);
  return openTiffSource(sourcePath, contents, page, scratchPath, { isForSharp, reserveBytes });
};

/** Slides of three makers are TIFFs of a kind. */
async function tellFormat(path: string): Promise<Told & { contents: TiffContents }> {
  const told = await tellByContent(path);
  if (told.format !== "tiff") return { ...told, contents: noTiff };
  if (await isHamamatsuNdpi(path)) return { ...told, format: "ndpi", contents: noTiff };
  const contents = await readTiff(path);
  if (await isVentanaBif(path, contents.pages)) return { ...told, format: "bif", contents: noTiff };
  const isLeica = contents.first && isLeicaScn(contents.first);
  return isLeica ? { ...told, format: "scn", contents: noTiff } : { ...told, contents };
}

const noTiff: TiffContents = { pages: [], first: null, endsWell: true };

/** The image is copied and then the copy is tiled: whichever takes more memory counts. */
function admitForeign(image: ImageFacts, foreign: Foreign, tileSizePx: number, limits: PyramidLimits): BlockPlan {
  if (!isWindowed(image)) refuseUnknownColours(image.channels, image.colourSpace);
  refuseTooManyPixels(image.widthPx * image.heightPx, limits.maxPixels);
  const copy = storedCopy(image, foreign.isSeeThrough);
  const copying = estimateCopying(image, foreign, copy);
  const { plan, memory: tiling } = planTiling(image, copy, tileSizePx);
  refuseTooMuchMemory(copying.bytes > tiling.bytes ? copying : tiling, limits.memoryBytes);
  return plan;
}

/** As of `admitForeign`. */
function admitSamples(image: ImageFacts, samples: SampleTiff, tileSizePx: number, limits: PyramidLimits): BlockPlan {
  const reading = estimateReading(samples);
  const { plan, memory: tiling } = planTiling(image, eightBitImage(samples), tileSizePx);
  const afterwards = { ...tiling, bytes: tiling.bytes + keptBytes };
  refuseTooMuchMemory(reading.bytes > afterwards.bytes ? reading : afterwards, limits.memoryBytes);
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
  return {
    format,
    widthPx: metadata.autoOrient.width,
    heightPx: metadata.autoOrient.height,
    orientation: metadata.orientation ?? 1,
    channels: metadata.channels,
    bitDepth: metadata.bitsPerSample ?? bitDepths[metadata.depth] ?? 8,
    samples: "unsigned",
    window: null,
    // Of a TIFF's channels, a decoder takes any that is one more than the colours for transparency.
    hasAlpha: metadata.hasAlpha && (!page || hasTransparency(page)),
    iccProfile: metadata.hasProfile,
    colourSpace: metadata.space,
    ...textFacts(page, first),
    pageCount: page ? pages.filter(({ place }) => place.subifd === null).length : (metadata.pages ?? 1),
    associatedImages: associatedImages(pages),
  };
}
