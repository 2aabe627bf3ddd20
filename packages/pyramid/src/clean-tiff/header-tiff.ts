import { open } from "node:fs/promises";
import { openFileSource } from "../bytes/byte-source.ts";
import { ReadAhead } from "../bytes/read-ahead.ts";
import { compression, photometric, predictor, tag } from "../tiff/numbers.ts";
import type { TiffPage } from "../tiff/page.ts";
import { plainBytes } from "../tiff/pieces.ts";
import { appendDirectory, bigTiffHeader, type Field, firstLink } from "../tiff/write-directory.ts";
import { cleanFields, profile } from "./clean-fields.ts";
import { relabel } from "./relabel.ts";

/** The page with as many channels as are kept, all of a pixel together. */
export const wholePage = (page: TiffPage, kept: number): TiffPage => ({
  ...page,
  compression: compression.none,
  predictor: predictor.none,
  tile: null,
  stripHeightPx: page.heightPx,
  isPlanar: false,
  isBitReversed: false,
  samplesPerPixel: kept,
  // Decoders invert it when they read the planes.
  photometric:
    page.isPlanar && page.photometric === photometric.whiteIsZero ? photometric.blackIsZero : page.photometric,
});

/** A TIFF of a page's header alone. */
export async function writeHeader(sourcePath: string, page: TiffPage, path: string): Promise<void> {
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
export async function label(sourcePath: string, page: TiffPage, path: string): Promise<void> {
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
