import type { ByteSource } from "../bytes/byte-source.ts";
import { ReadAhead } from "../bytes/read-ahead.ts";
import { PyramidError } from "../errors.ts";
import type { Size } from "../geometry.ts";
import { compression, photometric, sampleFormat, tag } from "./numbers.ts";
import type { TiffPage } from "./page.ts";
import type { Pieces } from "./pieces.ts";
import { readBytes, readNumbers } from "./read-directory.ts";

const startMarker = Uint8Array.of(0xff, 0xd8);
const endMarker = Uint8Array.of(0xff, 0xd9);

/** A page in tiles, each of them a JPEG in colour that a decoder can show without the rest of the file. */
export interface JpegTiledPage extends TiffPage {
  readonly tile: Size;
}

export const isJpegTiled = (page: TiffPage): page is JpegTiledPage =>
  page.tile !== null &&
  page.compression === compression.jpeg &&
  [photometric.rgb, photometric.ycbcr].some((each) => each === page.photometric) &&
  page.bitsPerSample === 8 &&
  page.samplesPerPixel === 3 &&
  page.sampleFormat === sampleFormat.unsigned &&
  page.orientation === 1 &&
  !page.isPlanar;

/** Whether its colours are stored without a transform, whatever a tile's own stream says of them. */
export const isRgb = (page: TiffPage): boolean => page.photometric === photometric.rgb;

/** Where the tiles of a page are, row by row, and the tables that they share. */
export interface TilePlaces {
  readonly columns: number;
  readonly rows: number;
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;
  /** A JPEG stream of its own; without any tables if the tiles are whole streams. */
  readonly jpegTables: Uint8Array;
}

/**
 * Null where a tile is missing or lies outside the file: such a page is for a decoder to make sense of.
 *
 * @param known where the page's tiles are, if that has been read already.
 */
export async function readTilePlaces(
  source: ByteSource,
  page: JpegTiledPage,
  known: Pieces | null = null,
): Promise<TilePlaces | null> {
  const { columns, rows } = tileGrid(page);
  const { directory } = page;
  try {
    const bytes = new ReadAhead(source);
    const count = columns * rows;
    if (known && !known.areAsStated) return null;
    const offsets = known?.offsets ?? (await readNumbers(bytes, directory, tag.tileOffsets, count));
    const lengths = Uint32Array.from(known?.lengths ?? (await readNumbers(bytes, directory, tag.tileLengths, count)));
    const areWithin = offsets.every((offset, i) => offset + (lengths[i] ?? 0) <= source.sizeBytes);
    if (!areWithin || lengths.some((length) => length < 4)) return null;
    const jpegTables = directory.fields.has(tag.jpegTables)
      ? await readBytes(bytes, directory, tag.jpegTables)
      : Buffer.concat([startMarker, endMarker]);
    if (!isFramed(jpegTables.subarray(0, 2), jpegTables.subarray(-2))) return null;
    return { columns, rows, offsets, lengths, jpegTables };
  } catch (error) {
    if (error instanceof PyramidError) return null;
    throw error;
  }
}

export const tileGrid = ({ widthPx, heightPx, tile }: JpegTiledPage): { columns: number; rows: number } => ({
  columns: Math.ceil(widthPx / tile.widthPx),
  rows: Math.ceil(heightPx / tile.heightPx),
});

/** Whether a stream has the first and the last two bytes of a JPEG. */
export const isFramed = (start: Uint8Array, end: Uint8Array): boolean =>
  Buffer.compare(start, startMarker) === 0 && Buffer.compare(end, endMarker) === 0;

/** A JPEG stream with more behind its start marker. */
export const withMarker = (stream: Uint8Array, marker: Uint8Array): Uint8Array =>
  marker.length === 0 ? stream : Buffer.concat([startMarker, marker, stream.subarray(startMarker.length)]);

/** A tile's stream with its tables, as one JPEG. */
export const withTables = (jpegTables: Uint8Array, stream: Uint8Array): Uint8Array =>
  Buffer.concat([jpegTables.subarray(0, -endMarker.length), stream.subarray(startMarker.length)]);
