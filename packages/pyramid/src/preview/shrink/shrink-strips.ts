import { open } from "node:fs/promises";
import { openFileSource } from "../../bytes/byte-source.ts";
import { PyramidError } from "../../errors.ts";
import { compression, photometric, sampleFormat } from "../../tiff/numbers.ts";
import type { TiffPage } from "../../tiff/page.ts";
import { readPages } from "../../tiff/pages.ts";
import { readPieces } from "../../tiff/pieces.ts";
import { type ColourFacts, finishStripTiff, type StripLayout } from "../../tiff/strip-tiff.ts";
import { eighthOf } from "./eighth-size.ts";
import { inThreads, sharedCounter } from "./row-threads.ts";
import { type PlainRows, type StripRows, shrinkStripRows } from "./strip-rows.ts";

const channelsOf: Record<number, 1 | 3> = { [photometric.blackIsZero]: 1, [photometric.rgb]: 3 };
/** Of the result, written together. */
const rowsPerStrip = 16;
const threadFile = new URL("./strip-rows-thread.ts", import.meta.url);

/** Whether the rows of a page lie in the file as they are, in 8 bits of grey or RGB. */
export const hasPlainRows = (page: TiffPage): boolean =>
  page.tile === null &&
  page.compression === compression.none &&
  page.bitsPerSample === 8 &&
  page.sampleFormat === sampleFormat.unsigned &&
  page.orientation === 1 &&
  !page.isBitReversed &&
  page.samplesPerPixel === channelsOf[page.photometric] &&
  !page.isPlanar;

/**
 * Writes a TIFF of plain rows at an eighth of its size: one pixel for each block of 8 x 8, its mean.
 *
 * @returns false, and no usable file, if its rows are not plain or end before the image.
 */
export async function shrinkStrips(sourcePath: string, targetPath: string, colours: ColourFacts): Promise<boolean> {
  const [page] = await readPages(sourcePath);
  if (!page || !hasPlainRows(page)) return false;
  const source = await plainRows(sourcePath, page);
  if (!source) return false;
  const channels = channelsOf[page.photometric] ?? 1;
  const layout: StripLayout = { ...eighthOf(page), channels, rowsPerStrip };
  const rowCount = Math.ceil(layout.heightPx / rowsPerStrip);
  const target = await open(targetPath, "w");
  try {
    const rows: StripRows = { sourcePath, targetPath, layout, source, rowCount, next: sharedCounter() };
    if (!(await inThreads(rows, threadFile, shrinkStripRows))) return false;
    await finishStripTiff(target, layout, colours);
    return true;
  } finally {
    await target.close();
  }
}

/** Null where some of the rows are not there. */
async function plainRows(path: string, page: TiffPage): Promise<PlainRows | null> {
  const source = await openFileSource(path);
  try {
    const { offsets, lengths } = await readPieces(source, page);
    const { widthPx, heightPx, stripHeightPx } = page;
    return lengths.includes(0) ? null : { widthPx, heightPx, rowsPerStrip: stripHeightPx, offsets };
  } catch (error) {
    if (error instanceof PyramidError) return null;
    throw error;
  } finally {
    await source.close();
  }
}
