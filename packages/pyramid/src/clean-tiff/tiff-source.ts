import { open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { limitsFor } from "../admission/by-vips.ts";
import { openFileSource } from "../bytes/byte-source.ts";
import { ReadAhead } from "../bytes/read-ahead.ts";
import { joinPlanes, storeAsCmyk } from "../sharp/join-planes.ts";
import { compression, photometric, predictor, tag } from "../tiff/numbers.ts";
import { firstPlace, type PagePlace, type TiffContents, type TiffPage } from "../tiff/pages.ts";
import { type Pieces, plainBytes, readPieces } from "../tiff/pieces.ts";
import { coloursOf, hasManyChannels, shownChannels } from "../tiff/shown-channels.ts";
import { appendDirectory, bigTiffHeader, type Field, firstLink } from "../tiff/write-directory.ts";
import { requireLoader } from "../vips/loaders.ts";
import { firstBandsToTiff, linkForVips } from "../vips/run-vips.ts";
import { cleanFields, profile } from "./clean-fields.ts";
import { type CleanForm, layCleanTiff } from "./clean-tiff.ts";
import { relabel } from "./relabel.ts";
import { isWellFormed } from "./well-formed.ts";

/** Told how much is done, 0 to 1. */
export type OnCopied = (share: number) => void;

/** A page of a TIFF, as a decoder is to see it. */
export interface TiffSource {
  /** Where a decoder reads the header, and the pixels too as soon as they are made, if they have to be. */
  readonly path: string;
  readonly place: PagePlace;
  /** Of the largest strip or tile as it is stored. */
  readonly pieceBytes: number;
  /** Makes the pixels; null where they are there. @returns where. @throws PyramidError, or the system's error. */
  readonly make: ((onCopied: OnCopied) => Promise<string>) | null;
}

/** What takes the system's `vips` to be shown. */
export const manyChannels = "a TIFF of many channels";
/** More than taking channels out of rows needs. */
const bandsBytes = 2 ** 30;

/** RGB and one channel more in a JPEG: its decoders know four components as CMYK alone. */
const isJpegOfFour = (page: TiffPage): boolean =>
  page.compression === compression.jpeg && page.photometric === photometric.rgb && page.samplesPerPixel === 4;

/**
 * Shows a page to a decoder in such a way that it finds nothing odd and takes nothing for what it isn't: in place where
 * the directory is as it should be, else in a copy with a directory of ours. A copy that has yet to be made has a header.
 *
 * @param name of the copy within `scratchPath`. @param isForSharp whether sharp decodes it, and not the system's `vips`.
 * @param reserveBytes what a copy is to leave free on the disk.
 * @throws PyramidError CORRUPT_IMAGE, UNSUPPORTED_FORMAT; SCRATCH_FULL when a copy is made. @throws the system's error.
 */
export async function openTiffSource(
  sourcePath: string,
  contents: Pick<TiffContents, "first" | "endsWell">,
  page: TiffPage,
  scratchPath: string,
  { name = "clean", isForSharp = true, reserveBytes = 0 } = {},
): Promise<TiffSource> {
  const source = await openFileSource(sourcePath);
  try {
    const pieces = await readPieces(source, page);
    const pathOf = (part: string): string => join(scratchPath, `${name}${part}.tif`);
    const how: How = { sourcePath, page, pieces, pathOf, reserveBytes };
    if (isForSharp && page.isPlanar) return await fromPlanes(how);
    if (isForSharp && isJpegOfFour(page)) return await fromFour(how);
    const bytes = new ReadAhead(source);
    // The system's `vips` is shown no page but the first, and of many channels no file that any other reader could claim.
    const isReachable = !hasManyChannels(page) && (isForSharp || isFirst(page.place));
    const isInPlace =
      isReachable &&
      page.isAsStated &&
      pieces.areAsStated &&
      contents.endsWell &&
      (await areWellFormed(bytes, [page, contents.first ?? page]));
    const seen = isInPlace
      ? { path: sourcePath, place: page.place, pieceBytes: pieces.largestBytes, make: null }
      : await fromCopy(how);
    return hasManyChannels(page) ? await fromBands(how, seen) : seen;
  } finally {
    await source.close();
  }
}

const isFirst = ({ page, subifd }: PagePlace): boolean => page === 0 && subifd === null;

interface How {
  readonly sourcePath: string;
  readonly page: TiffPage;
  readonly pieces: Pieces;
  /** Of the copy, or of a part of it. */
  readonly pathOf: (part: string) => string;
  readonly reserveBytes: number;
}

async function areWellFormed(bytes: ReadAhead, pages: readonly TiffPage[]): Promise<boolean> {
  for (const { directory, samplesPerPixel, iccProfile } of new Set(pages)) {
    if (!(await isWellFormed(bytes, directory, samplesPerPixel))) return false;
    if (iccProfile && (await profile(bytes, { directory })).length === 0) return false;
  }
  return true;
}

async function fromCopy({ sourcePath, page, pieces, pathOf, reserveBytes }: How): Promise<TiffSource> {
  const path = pathOf("");
  const { fill } = await layCleanTiff(sourcePath, page, pieces, path);
  const make = async (onCopied: OnCopied): Promise<string> => {
    await fill(reserveBytes, onCopied);
    return path;
  };
  return { path, place: firstPlace, pieceBytes: pieces.largestBytes, make };
}

/** Channels that are stored by themselves, each as a picture of grey, and then put together. */
async function fromPlanes(how: How): Promise<TiffSource> {
  const forms = Array.from({ length: shownChannels(how.page) }, (_, plane) => ({ plane }));
  return fromParts(how, forms, (planes) => joinPlanes(planes, how.page.bitsPerSample, how.pathOf("")));
}

async function fromFour(how: How): Promise<TiffSource> {
  const as = { photometric: photometric.cmyk, extraSamples: [], iccProfile: false };
  return fromParts(how, [{ as }], ([part = ""]) => storeAsCmyk(part, how.pathOf("")));
}

async function fromParts(
  { sourcePath, page, pieces, pathOf, reserveBytes }: How,
  forms: readonly CleanForm[],
  join: (paths: readonly string[]) => Promise<void>,
): Promise<TiffSource> {
  const kept = page.isPlanar ? shownChannels(page) : page.samplesPerPixel;
  const [path, header] = [pathOf(""), pathOf("-header")];
  await writeHeader(sourcePath, wholePage(page, kept), header);
  const make = async (onCopied: OnCopied): Promise<string> => {
    const paths: string[] = [];
    for (const [i, form] of forms.entries()) {
      const part = await layCleanTiff(sourcePath, page, pieces, pathOf(`-${i}`), form);
      await part.fill(reserveBytes, (share) => onCopied((i + share) / (forms.length + 1)));
      paths.push(part.path);
    }
    await join(paths);
    for (const each of paths) await rm(each);
    await label(sourcePath, wholePage(page, kept), path);
    onCopied(1);
    return path;
  };
  // All parts are read at the same time.
  return { path: header, place: firstPlace, pieceBytes: pieces.largestBytes * forms.length, make };
}

/** What is shown of many channels, by the system's `vips`: sharp knows no more than five. */
async function fromBands({ sourcePath, page, pathOf }: How, seen: TiffSource): Promise<TiffSource> {
  const kept = Math.min(shownChannels(page), coloursOf[page.photometric] ?? 1);
  const whole = { ...wholePage(page, kept), extraSamples: [] };
  const header = pathOf("-header");
  await writeHeader(sourcePath, whole, header);
  const make = async (onCopied: OnCopied): Promise<string> => {
    const from = (await seen.make?.((share) => onCopied(share / 2))) ?? sourcePath;
    const loader = await requireLoader("tiffload", manyChannels);
    const facts = { ...page, channels: page.samplesPerPixel, bitDepth: page.bitsPerSample };
    const vips = { path: await linkForVips(from, dirname(header)), loader, limits: limitsFor(facts, bandsBytes) };
    const bands = await firstBandsToTiff(vips, pathOf("-bands"), kept);
    await label(sourcePath, whole, bands);
    onCopied(1);
    return bands;
  };
  return { path: header, place: firstPlace, pieceBytes: seen.pieceBytes, make };
}

/** The page with as many channels as are kept, all of a pixel together. */
const wholePage = (page: TiffPage, kept: number): TiffPage => ({
  ...page,
  compression: compression.none,
  predictor: predictor.none,
  tile: null,
  stripHeightPx: page.heightPx,
  isPlanar: false,
  isBitReversed: false,
  samplesPerPixel: kept,
  // Decoders turn it round when they read the planes.
  photometric:
    page.isPlanar && page.photometric === photometric.whiteIsZero ? photometric.blackIsZero : page.photometric,
});

/** A TIFF of a page's header alone. */
async function writeHeader(sourcePath: string, page: TiffPage, path: string): Promise<void> {
  const source = await openFileSource(sourcePath);
  const file = await open(path, "w");
  try {
    const { little } = page.directory;
    const header = bigTiffHeader(little);
    const length = plainBytes(page, page.heightPx) ?? 1;
    const places = { offsets: Float64Array.of(header.length), lengths: Float64Array.of(length) };
    await file.write(header, 0, header.length, 0);
    await file.truncate(header.length + length);
    const fields = await cleanFields(new ReadAhead(source), page, places);
    await appendDirectory(file, fields, firstLink, little);
  } finally {
    await source.close();
    await file.close();
  }
}

/** Says of a copy's channels what they are. */
async function label(sourcePath: string, page: TiffPage, path: string): Promise<void> {
  const source = await openFileSource(sourcePath);
  const { photometric: kind, extraSamples, orientation, directory } = page;
  let profiles: Field[];
  try {
    profiles = directory.fields.has(tag.iccProfile) ? await profile(new ReadAhead(source), page) : [];
  } finally {
    await source.close();
  }
  await relabel(path, { photometric: kind, extraSamples, orientation }, profiles);
}
