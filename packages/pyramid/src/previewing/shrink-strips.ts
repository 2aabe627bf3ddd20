import { readSync } from "node:fs";
import { open } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { PyramidError } from "../errors.ts";
import { openFileSource } from "../reading/byte-source.ts";
import { ReadAhead } from "../reading/read-ahead.ts";
import { readNumbers, tag } from "../reading/tiff-directory.ts";
import { readPages, type TiffPage } from "../source-tiff/pages.ts";
import { EightRows } from "./eight-rows.ts";
import { eighthOf } from "./preview-size.ts";
import { type ColourFacts, finishStripTiff, type StripLayout, writeStrip } from "./strip-tiff.ts";

/** By TIFF's numbers for grey and RGB. */
const channelsOf: Record<number, 1 | 3> = { 1: 1, 2: 3 };
const noCompression = 1;

/** Whether the rows of a page lie in the file as they are, in 8 bits of grey or RGB. */
export const hasPlainRows = (page: TiffPage): boolean =>
  page.tile === null &&
  page.compression === noCompression &&
  page.bitsPerSample === 8 &&
  page.sampleFormat === 1 &&
  page.orientation === 1 &&
  !page.isBitReversed &&
  page.samplesPerPixel === channelsOf[page.photometric] &&
  !(page.isPlanar && page.samplesPerPixel > 1);

/**
 * Writes a TIFF of plain rows at an eighth of its size: one pixel for each block of 8 x 8, its mean.
 *
 * @returns false, and no usable file, if its rows are not plain or end before the image.
 */
export async function shrinkStrips(sourcePath: string, targetPath: string, colours: ColourFacts): Promise<boolean> {
  const [page] = await readPages(sourcePath);
  if (!page || !hasPlainRows(page)) return false;
  const channels = channelsOf[page.photometric] ?? 1;
  const layout: StripLayout = { ...eighthOf(page), channels, rowsPerStrip: 1 };
  const placeOf = await rowPlaces(sourcePath, page, page.widthPx * channels);
  if (!placeOf) return false;
  const source = await open(sourcePath);
  const target = await open(targetPath, "w");
  try {
    const rows = new EightRows(page.widthPx, channels);
    const means = new Uint8Array(layout.widthPx * channels);
    for (let y = 0; y < layout.heightPx; y++) {
      // The process listens to its parent in between.
      if (y % 16 === 0) await setImmediate();
      for (const [i, row] of rows.rows.entries()) {
        // Below the image, its last row goes on.
        const place = placeOf(Math.min(8 * y + i, page.heightPx - 1));
        if (readSync(source.fd, row, 0, row.length, place) < row.length) return false;
      }
      rows.means(means);
      writeStrip(target.fd, layout, y, means);
    }
    await finishStripTiff(target, layout, colours);
    return true;
  } finally {
    await source.close();
    await target.close();
  }
}

/** Where in the file each row begins; null where the directory doesn't say so as it should. */
async function rowPlaces(path: string, page: TiffPage, rowBytes: number): Promise<((row: number) => number) | null> {
  const source = await openFileSource(path);
  try {
    const bytes = new ReadAhead(source);
    const { directory, heightPx } = page;
    const isDivided = directory.fields.has(tag.rowsPerStrip);
    const [stated = heightPx] = isDivided ? await readNumbers(bytes, directory, tag.rowsPerStrip, 1) : [];
    const rowsPerStrip = Math.min(Math.max(stated, 1), heightPx);
    const offsets = await readNumbers(bytes, directory, tag.stripOffsets, Math.ceil(heightPx / rowsPerStrip));
    return (row) => (offsets[Math.floor(row / rowsPerStrip)] ?? 0) + (row % rowsPerStrip) * rowBytes;
  } catch (error) {
    if (error instanceof PyramidError) return null;
    throw error;
  } finally {
    await source.close();
  }
}
