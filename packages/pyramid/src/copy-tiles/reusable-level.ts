import { readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { openFileSource } from "../bytes/byte-source.ts";
import { gridOf } from "../geometry.ts";
import type { WrittenLevel } from "../pyramid-level.ts";
import { colourMarker, readTileHeader, type TileHeader } from "../tiff/jpeg-tile-header.ts";
import { isFramed, isJpegTiled, isRgb, readTilePlaces, type TilePlaces, withMarker } from "../tiff/jpeg-tiles.ts";
import type { TiffPage } from "../tiff/page.ts";
import type { Pieces } from "../tiff/pieces.ts";

const headerBytes = 1_024;
/** Tiles looked at before the process listens to its parent again. */
const tilesAtATime = 2_000;

/** Whether a page's directory is that of tiles that a pyramid could hold as they are. */
export const mayBeReused = (page: TiffPage): boolean =>
  isJpegTiled(page) &&
  page.tile.widthPx === page.tile.heightPx &&
  [256, 512].includes(page.tile.widthPx) &&
  // The pyramid is sRGB: a profile would have to be applied.
  !page.iccProfile;

/**
 * The tiles of a page as a level of a pyramid, if each of them is a complete JPEG that shows the same anywhere as
 * within its TIFF. Offsets are those in the source.
 *
 * @param known as of readTilePlaces.
 */
export async function reusableLevel(path: string, page: TiffPage, known: Pieces | null): Promise<WrittenLevel | null> {
  const tileSizePx = page.tile?.widthPx ?? 0;
  const places = await placesOf(path, page, known);
  if (!places) return null;
  const header = await commonHeader(path, places);
  if (!header || header.widthPx !== tileSizePx || header.heightPx !== tileSizePx) return null;
  const marker = colourMarker(header, isRgb(page));
  if (!marker || (isRgb(page) && header.chroma.some((sampling) => sampling !== 1))) return null;
  return {
    ...gridOf(page, tileSizePx),
    offsets: places.offsets,
    lengths: places.lengths,
    tileFormat: "jpeg",
    jpegTables: withMarker(places.jpegTables, marker),
    photometric: page.photometric,
    chroma: header.chroma,
  };
}

async function placesOf(path: string, page: TiffPage, known: Pieces | null): Promise<TilePlaces | null> {
  const file = await openFileSource(path);
  try {
    return isJpegTiled(page) ? await readTilePlaces(file, page, known) : null;
  } finally {
    await file.close();
  }
}

/** What all tiles have in common; null if they differ, or if one of them does not end where it should. */
async function commonHeader(path: string, { offsets, lengths }: TilePlaces): Promise<TileHeader | null> {
  const file = await open(path);
  const buffer = new Uint8Array(headerBytes);
  try {
    let common: TileHeader | null = null;
    for (let tile = 0; tile < offsets.length; tile++) {
      if (tile % tilesAtATime === 0) await new Promise(setImmediate);
      const header = readHeader(file, offsets[tile] ?? 0, lengths[tile] ?? 0, buffer);
      if (!header) return null;
      common ??= header;
      if (!isDeepStrictEqual(header, common)) return null;
    }
    return common;
  } finally {
    await file.close();
  }
}

/** Read without giving way: a tile's header is a few microseconds, and there may be a million of them. */
function readHeader(file: FileHandle, offset: number, length: number, buffer: Uint8Array): TileHeader | null {
  const start = buffer.subarray(0, Math.min(buffer.length, length));
  readSync(file.fd, start, 0, start.length, offset);
  const header = readTileHeader(start);
  const end = buffer.subarray(2, 4);
  readSync(file.fd, end, 0, end.length, offset + length - end.length);
  return isFramed(buffer.subarray(0, 2), end) ? header : null;
}
