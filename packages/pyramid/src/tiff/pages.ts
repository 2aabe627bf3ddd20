import { isDeepStrictEqual } from "node:util";
import { type ByteSource, openFileSource } from "../bytes/byte-source.ts";
import { invalidPyramid, ReadAhead } from "../bytes/read-ahead.ts";
import { PyramidError } from "../errors.ts";
import { chromaOf } from "../jpeg/frame.ts";
import { firstFrame, trueColours } from "./jpeg-colours.ts";
import { mainPage } from "./main-page.ts";
import { compression, photometric, planarConfiguration, subfileBit, tag } from "./numbers.ts";
import { isCopyOf, type PagePlace, type TiffPage } from "./page.ts";
import { type Directory, isNumeric, openTiff, readBytes, readDirectory, readNumbers } from "./read-directory.ts";

/** What a file holds, and whether a decoder that follows its directories to the end finds nothing odd about them. */
export interface TiffContents {
  /** The image first, then all others in the order of the file. Empty if there is none. */
  readonly pages: readonly TiffPage[];
  /** Of the picture that decoders read first, whichever is wanted. */
  readonly first: TiffPage | null;
  readonly endsWell: boolean;
}

const mostPages = 100;
const mostSubDirectories = 32;
const mostChannels = 1_000;
/** The older field numbers the kinds, and calls a smaller copy 2. */
const oldReduced = 2;

/** The pictures of the TIFF in a file, the image first. */
export const readPages = async (path: string): Promise<readonly TiffPage[]> => (await readTiff(path)).pages;

export async function readTiff(path: string): Promise<TiffContents> {
  const file = await openFileSource(path);
  try {
    return await tiffIn(file);
  } finally {
    await file.close();
  }
}

export const pagesIn = async (source: ByteSource): Promise<readonly TiffPage[]> => (await tiffIn(source)).pages;

/**
 * The pictures of a TIFF, classic or big, in either byte order. Whatever is odd about its directories ends the list:
 * what stands before is of use all the same.
 */
async function tiffIn(source: ByteSource): Promise<TiffContents> {
  const bytes = new ReadAhead(source);
  const pages: TiffPage[] = [];
  const endsWell = await isWhole(() => readAll(bytes, pages));
  const [first = null] = pages;
  const image = mainPage(pages);
  if (!image) return { pages, first, endsWell };
  const inOrder = [image, ...pages.filter((page) => page !== image)];
  return { pages: await withTrueColours(source, inOrder), first, endsWell };
}

/** @throws PyramidError a directory is malformed, or one that has been read follows again. */
async function readAll(bytes: ReadAhead, pages: TiffPage[]): Promise<void> {
  const { layout, first } = await openTiff(bytes);
  const seen = new Set<number>();
  let areBelowWhole = true;
  for (let [page, at] = [0, first]; at !== 0 && page < mostPages; page++) {
    if (seen.has(at)) throw invalidPyramid("its directories go round in a circle");
    seen.add(at);
    const directory = await readDirectory(bytes, layout, at);
    pages.push(await readPage(bytes, directory, { page, subifd: null }));
    areBelowWhole = (await isWhole(() => readBelow(bytes, directory, page, pages))) && areBelowWhole;
    at = directory.next;
  }
  if (!areBelowWhole) throw invalidPyramid("a directory below another is malformed");
}

async function readBelow(bytes: ReadAhead, directory: Directory, page: number, pages: TiffPage[]): Promise<void> {
  const below = await numbersOf(bytes, directory, tag.subDirectories, mostSubDirectories);
  for (const [subifd, position] of below.entries()) {
    pages.push(await readPage(bytes, await readDirectory(bytes, directory, position), { page, subifd }));
  }
}

async function isWhole(read: () => Promise<void>): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (error) {
    if (error instanceof PyramidError) return false;
    throw error;
  }
}

/**
 * The image and its smaller copies as their pixels are. Of several pages of one size, such as the focal planes of a
 * slide, the first alone: each takes a few reads.
 */
async function withTrueColours(source: ByteSource, pages: readonly TiffPage[]): Promise<TiffPage[]> {
  const [image] = pages;
  const widths = new Set<number>();
  const result: TiffPage[] = [];
  for (const page of pages) {
    const isShown = image && (page === image || isCopyOf(image, page)) && !widths.has(page.widthPx);
    widths.add(page.widthPx);
    result.push(isShown ? await withTrueColour(source, page) : page);
  }
  return result;
}

async function withTrueColour(source: ByteSource, page: TiffPage): Promise<TiffPage> {
  if (page.compression !== compression.jpeg) return page;
  const jpegFrame = await firstFrame(source, page.directory, page.tile !== null);
  if (!jpegFrame) return page;
  const trueKind = trueColours(jpegFrame, page.photometric);
  const chroma = chromaOf(jpegFrame) ?? [1, 1];
  const isSubsampled = chroma[0] * chroma[1] > 1;
  const isSame =
    trueKind === page.photometric && (trueKind !== photometric.ycbcr || isDeepStrictEqual(chroma, page.statedChroma));
  return { ...page, jpegFrame, photometric: trueKind, isSubsampled, isAsStated: page.isAsStated && isSame };
}

async function readPage(bytes: ReadAhead, directory: Directory, place: PagePlace): Promise<TiffPage> {
  const number = async (id: number, otherwise: number): Promise<number> =>
    (await pixelNumbers(bytes, directory, id))[0] ?? otherwise;
  const remark = async (id: number, otherwise: number): Promise<number> =>
    (await numbersOf(bytes, directory, id, mostChannels))[0] ?? otherwise;
  const bits = await pixelNumbers(bytes, directory, tag.bitsPerSample);
  const sampleFormats = await pixelNumbers(bytes, directory, tag.sampleFormat);
  const tile = { widthPx: await number(tag.tileWidth, 0), heightPx: await number(tag.tileHeight, 0) };
  const heightPx = await number(tag.height, 0);
  const orientation = await remark(tag.orientation, 1);
  const samplesPerPixel = await number(tag.samplesPerPixel, 1);
  const extraSamples = await pixelNumbers(bytes, directory, tag.extraSamples);
  const statedKind = await number(tag.photometric, 0);
  const statedChroma = [...(await numbersOf(bytes, directory, tag.chromaSubsampling, 2)), 2, 2].slice(0, 2);
  const isReduced = (await remark(tag.oldSubfileType, 0)) === oldReduced;
  const isPlanar = (await number(tag.planarConfiguration, planarConfiguration.chunky)) === planarConfiguration.planar;
  // Many programs mark the colours as grey: of three channels and more, the first three are shown.
  const isColour =
    directory.fields.has(tag.photometric) && statedKind === photometric.blackIsZero && samplesPerPixel >= 3;
  return {
    place,
    subfileType: (await remark(tag.subfileType, 0)) | (isReduced ? subfileBit.reduced : 0),
    widthPx: await number(tag.width, 0),
    heightPx,
    tile: tile.heightPx > 0 ? tile : null,
    stripHeightPx: Math.min((await number(tag.rowsPerStrip, heightPx)) || heightPx, heightPx),
    compression: await number(tag.compression, 1),
    predictor: await number(tag.predictor, 1),
    photometric: isColour ? photometric.rgb : statedKind,
    // With one channel both layouts are the same, but not for every decoder.
    isAsStated: !isColour && !(isPlanar && samplesPerPixel === 1),
    jpegFrame: null,
    isBitReversed: (await number(tag.fillOrder, 1)) === 2,
    statedChroma,
    isSubsampled: (statedChroma[0] ?? 2) * (statedChroma[1] ?? 2) > 1,
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    bitsPerSample: bits[0] ?? 1,
    samplesPerPixel,
    extraSamples: isColour ? [...extraSamples].slice(2) : [...extraSamples],
    sampleFormat: sampleFormats[0] ?? 1,
    isUniform: [bits, sampleFormats].every((values) => new Set(values).size <= 1),
    isPlanar: isPlanar && samplesPerPixel > 1,
    iccProfile: directory.fields.has(tag.iccProfile),
    description: await textOf(bytes, directory, tag.description),
    directory,
  };
}

/**
 * Of a field that says how pixels are stored. @throws PyramidError it is there, but can't be read: no default would do.
 */
async function pixelNumbers(bytes: ReadAhead, directory: Directory, id: number): Promise<Float64Array> {
  const values = await numbersOf(bytes, directory, id, mostChannels);
  if (values.length === 0 && directory.fields.has(id)) throw invalidPyramid(`field ${id} is malformed`);
  return values;
}

/** Empty where the field is absent, is of no numbers, or has more values than can be meant. */
async function numbersOf(bytes: ReadAhead, directory: Directory, id: number, most: number): Promise<Float64Array> {
  const { count = 0, type = 0 } = directory.fields.get(id) ?? {};
  if (count < 1 || count > most || !isNumeric(type)) return new Float64Array(0);
  return readNumbers(bytes, directory, id, count);
}

async function textOf(bytes: ReadAhead, directory: Directory, id: number): Promise<string> {
  if (!directory.fields.has(id)) return "";
  return Buffer.from(await readBytes(bytes, directory, id).catch(() => new Uint8Array(0))).toString();
}
