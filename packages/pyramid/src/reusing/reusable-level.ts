import { readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { PyramidError } from "../errors.ts";
import { gridOf } from "../geometry.ts";
import type { WrittenLevel } from "../making/bigtiff-writer.ts";
import { openFileSource } from "../reading/byte-source.ts";
import { ReadAhead } from "../reading/read-ahead.ts";
import { readBytes, readNumbers, tag } from "../reading/tiff-directory.ts";
import type { TiffPage } from "../source-tiff/pages.ts";
import { readTileHeader, rgbMarker, type TileHeader } from "./tile-header.ts";

const photometric = { rgb: 2, ycbcr: 6 } as const;
const jpegCompression = 7;
const startMarker = Uint8Array.of(0xff, 0xd8);
const endMarker = Uint8Array.of(0xff, 0xd9);
const headerBytes = 1_024;
/** Tiles looked at before the process listens to its parent again. */
const tilesAtATime = 2_000;

/** Whether a page's directory is that of tiles that a pyramid could hold as they are. */
export const mayBeReused = (page: TiffPage): boolean =>
  page.tile !== null &&
  page.tile.widthPx === page.tile.heightPx &&
  [256, 512].includes(page.tile.widthPx) &&
  page.compression === jpegCompression &&
  [photometric.rgb, photometric.ycbcr].some((each) => each === page.photometric) &&
  page.bitsPerSample === 8 &&
  page.samplesPerPixel === 3 &&
  page.sampleFormat === 1 &&
  page.orientation === 1 &&
  !page.isPlanar &&
  // The pyramid is sRGB: a profile would have to be applied.
  !page.iccProfile;

/**
 * The tiles of a page as a level of a pyramid, if each of them is a complete JPEG that shows the same anywhere as within
 * its TIFF. Offsets are those in the source.
 */
export async function reusableLevel(path: string, page: TiffPage): Promise<WrittenLevel | null> {
  const tileSizePx = page.tile?.widthPx ?? 0;
  const grid = gridOf(page, tileSizePx);
  const places = await placesOf(path, page, grid.columns * grid.rows);
  if (!places) return null;
  const header = await commonHeader(path, places);
  if (!header || header.widthPx !== tileSizePx || header.heightPx !== tileSizePx) return null;
  const isRgb = page.photometric === photometric.rgb;
  const needsMarker = isRgb && !header.looksRgb;
  if (needsMarker ? header.isMarked : header.looksRgb !== isRgb) return null;
  if (isRgb && header.chroma.some((sampling) => sampling !== 1)) return null;
  return {
    ...grid,
    ...places,
    tileFormat: "jpeg",
    jpegTables: needsMarker ? withMarker(places.jpegTables) : places.jpegTables,
    photometric: page.photometric,
    chroma: header.chroma,
  };
}

const withMarker = (tables: Uint8Array): Uint8Array => Buffer.concat([startMarker, rgbMarker, tables.subarray(2)]);

type Places = Pick<WrittenLevel, "offsets" | "lengths" | "jpegTables">;

/** Null where a tile is missing or lies outside the file: such a page is for a decoder to make sense of. */
async function placesOf(path: string, { directory }: TiffPage, count: number): Promise<Places | null> {
  const file = await openFileSource(path);
  try {
    const bytes = new ReadAhead(file);
    const offsets = await readNumbers(bytes, directory, tag.tileOffsets, count);
    const lengths = Uint32Array.from(await readNumbers(bytes, directory, tag.tileLengths, count));
    const areWithin = offsets.every((offset, i) => offset + (lengths[i] ?? 0) <= file.sizeBytes);
    if (!areWithin || lengths.some((length) => length < 4)) return null;
    const hasTables = directory.fields.has(tag.jpegTables);
    const jpegTables = hasTables
      ? await readBytes(bytes, directory, tag.jpegTables)
      : Buffer.concat([startMarker, endMarker]);
    return isFramed(jpegTables.subarray(0, 2), jpegTables.subarray(-2)) ? { offsets, lengths, jpegTables } : null;
  } catch (error) {
    if (error instanceof PyramidError) return null;
    throw error;
  } finally {
    await file.close();
  }
}

const isFramed = (start: Uint8Array, end: Uint8Array): boolean =>
  Buffer.compare(start, startMarker) === 0 && Buffer.compare(end, endMarker) === 0;

/** What all tiles have in common; null if they differ, or if one of them does not end where it should. */
async function commonHeader(path: string, { offsets, lengths }: Places): Promise<TileHeader | null> {
  const file = await open(path);
  try {
    let common: TileHeader | null = null;
    for (let tile = 0; tile < offsets.length; tile++) {
      if (tile % tilesAtATime === 0) await new Promise(setImmediate);
      const header = headerOf(file, offsets[tile] ?? 0, lengths[tile] ?? 0);
      if (!header) return null;
      common ??= header;
      if (JSON.stringify(header) !== JSON.stringify(common)) return null;
    }
    return common;
  } finally {
    await file.close();
  }
}

/** Read without giving way: a tile's header is a few microseconds, and there may be a million of them. */
function headerOf(file: FileHandle, offset: number, length: number): TileHeader | null {
  const start = new Uint8Array(Math.min(headerBytes, length));
  const end = new Uint8Array(2);
  readSync(file.fd, start, 0, start.length, offset);
  readSync(file.fd, end, 0, end.length, offset + length - end.length);
  return isFramed(start.subarray(0, 2), end) ? readTileHeader(start) : null;
}
