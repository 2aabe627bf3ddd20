import { PyramidError } from "../errors.ts";
import type { Size } from "../geometry.ts";
import { type ByteSource, openFileSource } from "../reading/byte-source.ts";
import { ReadAhead } from "../reading/read-ahead.ts";
import { type Directory, openTiff, readBytes, readDirectory, readNumbers, tag } from "../reading/tiff-directory.ts";

/** Where a decoder finds a picture in a TIFF: the page, and below it the SubIFD, as OME-TIFF keeps its smaller levels. */
export interface PagePlace {
  readonly page: number;
  readonly subifd: number | null;
}

/** What a TIFF's directory says about one of its pictures, by TIFF's own numbers. */
export interface TiffPage extends Size {
  readonly place: PagePlace;
  /** Size of the picture's own tiles; null if it is stored in strips. */
  readonly tile: Size | null;
  /** Rows of a strip, at most the picture's. */
  readonly stripHeightPx: number;
  readonly compression: number;
  readonly photometric: number;
  /** Whether the first bit of a byte is its lowest. */
  readonly isBitReversed: boolean;
  /** Whether YCbCr keeps its colours at less than full resolution. */
  readonly isSubsampled: boolean;
  readonly orientation: number;
  readonly bitsPerSample: number;
  readonly samplesPerPixel: number;
  /** 1 unsigned, 2 signed, 3 floating-point. */
  readonly sampleFormat: number;
  /** Whether the samples of all channels are of one kind. */
  readonly isUniform: boolean;
  /** Whether each channel is stored by itself. */
  readonly isPlanar: boolean;
  readonly iccProfile: boolean;
  /** The ImageDescription, where microscopes write; empty if there is none. */
  readonly description: string;
  readonly directory: Directory;
}

/** A page whose shape differs by more than this from the image's shows something else, such as a label. */
const shapeTolerance = 0.01;

/** Whether a page shows the same as the image, only smaller. */
export const isCopyOf = (full: Size, { widthPx, heightPx }: Size): boolean =>
  widthPx < full.widthPx && Math.abs(widthPx / heightPx / (full.widthPx / full.heightPx) - 1) <= shapeTolerance;

const mostPages = 100;
const mostSubDirectories = 32;
const mostChannels = 1_000;
/** Eight bytes of memory for each. */
const mostPieces = 4_000_000;

/** The pictures of the TIFF in a file. */
export async function readPages(path: string): Promise<TiffPage[]> {
  const file = await openFileSource(path);
  try {
    return await pagesIn(file);
  } finally {
    await file.close();
  }
}

/**
 * The pictures of a TIFF, classic or big, in either byte order. Whatever is odd about it ends the list, and is left for
 * the decoder to report.
 */
export async function pagesIn(source: ByteSource): Promise<TiffPage[]> {
  const pages: TiffPage[] = [];
  try {
    const bytes = new ReadAhead(source);
    const { layout, first } = await openTiff(bytes);
    for (let [page, at] = [0, first]; at !== 0 && page < mostPages; page++) {
      const directory = await readDirectory(bytes, layout, at);
      pages.push(await readPage(bytes, directory, { page, subifd: null }));
      const below = await numbersOf(bytes, directory, tag.subDirectories, mostSubDirectories);
      for (const [subifd, position] of below.entries()) {
        pages.push(await readPage(bytes, await readDirectory(bytes, layout, position), { page, subifd }));
      }
      at = directory.next;
    }
  } catch (error) {
    if (!(error instanceof PyramidError)) throw error;
  }
  return pages;
}

async function readPage(bytes: ReadAhead, directory: Directory, place: PagePlace): Promise<TiffPage> {
  const number = async (id: number, otherwise: number): Promise<number> =>
    (await numbersOf(bytes, directory, id, mostChannels))[0] ?? otherwise;
  const bits = await numbersOf(bytes, directory, tag.bitsPerSample, mostChannels);
  const sampleFormats = await numbersOf(bytes, directory, tag.sampleFormat, mostChannels);
  const tile = { widthPx: await number(tag.tileWidth, 0), heightPx: await number(tag.tileHeight, 0) };
  const heightPx = await number(tag.height, 0);
  return {
    place,
    widthPx: await number(tag.width, 0),
    heightPx,
    tile: tile.heightPx > 0 ? tile : null,
    stripHeightPx: Math.min(await number(tag.rowsPerStrip, heightPx), heightPx),
    compression: await number(tag.compression, 1),
    photometric: await number(tag.photometric, 0),
    isBitReversed: (await number(tag.fillOrder, 1)) === 2,
    isSubsampled: await isSubsampled(bytes, directory),
    orientation: await number(tag.orientation, 1),
    bitsPerSample: bits[0] ?? 1,
    samplesPerPixel: await number(tag.samplesPerPixel, 1),
    sampleFormat: sampleFormats[0] ?? 1,
    isUniform: [bits, sampleFormats].every((values) => new Set(values).size <= 1),
    isPlanar: (await number(tag.planarConfiguration, 1)) === 2,
    iccProfile: directory.fields.has(tag.iccProfile),
    description: await textOf(bytes, directory, tag.description),
    directory,
  };
}

/** Of a page's strips or tiles as they are stored; 0 where its directory doesn't say, which is for a decoder to report. */
export async function largestPieceBytes(path: string, { directory, tile }: TiffPage): Promise<number> {
  const file = await openFileSource(path);
  try {
    const id = tile ? tag.tileLengths : tag.stripLengths;
    const lengths = await numbersOf(new ReadAhead(file), directory, id, mostPieces);
    return lengths.reduce((most, length) => Math.max(most, length), 0);
  } catch (error) {
    if (error instanceof PyramidError) return 0;
    throw error;
  } finally {
    await file.close();
  }
}

/** TIFF's own default is half the resolution both ways. */
async function isSubsampled(bytes: ReadAhead, directory: Directory): Promise<boolean> {
  const [across = 2, down = 2] = await numbersOf(bytes, directory, tag.chromaSubsampling, 2);
  return across * down > 1;
}

/** Empty where the field is absent or has more values than can be meant. */
async function numbersOf(bytes: ReadAhead, directory: Directory, id: number, most: number): Promise<Float64Array> {
  const count = directory.fields.get(id)?.count ?? 0;
  return count < 1 || count > most ? new Float64Array(0) : readNumbers(bytes, directory, id, count);
}

async function textOf(bytes: ReadAhead, directory: Directory, id: number): Promise<string> {
  if (!directory.fields.has(id)) return "";
  return Buffer.from(await readBytes(bytes, directory, id).catch(() => new Uint8Array(0))).toString();
}
