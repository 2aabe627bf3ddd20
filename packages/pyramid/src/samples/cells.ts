import { type ByteSource, openFileSource } from "../bytes/byte-source.ts";
import type { Size } from "../geometry.ts";
import { compression, predictor } from "../tiff/numbers.ts";
import { type Pieces, readPieces } from "../tiff/pieces.ts";
import { corruptSamples } from "./corrupt.ts";
import { decompress } from "./decompress.ts";
import { isWholeBytes, numbersIn, type Samples, unpackRows } from "./numbers.ts";
import { addNeighbours, joinFloatBytes, type Rows } from "./predictor.ts";
import type { SampleTiff } from "./sample-tiff.ts";

/** One channel of a cell: the sample of pixel `i` is `samples[i * step + first]`. */
export interface Channel {
  readonly samples: Samples;
  readonly step: number;
  readonly first: number;
}

/** A part of the picture that is stored together, in all channels that are wanted. */
export interface Cell extends Size {
  readonly leftPx: number;
  readonly topPx: number;
  /** Pixels from one row to the next, of which the first `widthPx` are within the picture. */
  readonly rowPx: number;
  /** The colours, and then the opacity where there is one. Null where the file has nothing: a sparse one. */
  readonly channels: readonly Channel[] | null;
}

/** Of a strip without compression, as many bytes are read together. */
const mostPlainBytes = 4 * 2 ** 20;

/** How a picture is cut up: into tiles, or into strips as wide as itself. */
export interface Grid {
  readonly piece: Size;
  readonly columns: number;
  readonly rows: number;
  /** Rows of a strip that are read together; of one that is compressed, all. */
  readonly rowsAtOnce: number;
}

export function gridOf(tiff: SampleTiff): Grid {
  const { page } = tiff;
  const isPlain = page.compression === compression.none && !page.tile && tiff.predictor === predictor.none;
  const piece = page.tile ?? { widthPx: page.widthPx, heightPx: Math.max(1, page.stripHeightPx) };
  return {
    piece,
    columns: Math.ceil(page.widthPx / piece.widthPx),
    rows: Math.ceil(page.heightPx / piece.heightPx),
    rowsAtOnce: isPlain ? clamp(Math.floor(mostPlainBytes / rowBytesOf(tiff)), 1, piece.heightPx) : piece.heightPx,
  };
}

/** Bytes of a row of a piece, when it is not compressed. */
function rowBytesOf({ page, bits }: SampleTiff): number {
  const widthPx = page.tile?.widthPx ?? page.widthPx;
  return Math.ceil((widthPx * (page.isPlanar ? 1 : page.samplesPerPixel) * bits) / 8);
}

/**
 * The picture from top to bottom, and within that from left to right.
 *
 * @throws PyramidError CORRUPT_IMAGE.
 */
export async function* cellsOf(path: string, tiff: SampleTiff): AsyncGenerator<Cell> {
  const file = await openFileSource(path);
  try {
    const grid = gridOf(tiff);
    const reader = { file, tiff, grid, places: await readPieces(file, tiff.page) };
    for (let row = 0; row < grid.rows; row++) {
      for (let from = 0; from < grid.piece.heightPx; from += grid.rowsAtOnce) {
        const topPx = row * grid.piece.heightPx + from;
        if (topPx >= tiff.page.heightPx) break;
        const rows = Math.min(grid.rowsAtOnce, grid.piece.heightPx - from);
        for (let column = 0; column < grid.columns; column++) yield await readCell(reader, column, row, from, rows);
      }
    }
  } finally {
    await file.close();
  }
}

interface Reader {
  readonly file: ByteSource;
  readonly tiff: SampleTiff;
  readonly grid: Grid;
  readonly places: Pick<Pieces, "offsets" | "lengths">;
}

async function readCell(reader: Reader, column: number, row: number, fromRow: number, rows: number): Promise<Cell> {
  const { tiff, grid } = reader;
  const { page, colours, opacity } = tiff;
  const [leftPx, topPx] = [column * grid.piece.widthPx, row * grid.piece.heightPx + fromRow];
  const wanted = [...Array.from({ length: colours }, (_, i) => i), ...(opacity ? [opacity.channel] : [])];
  const index = row * grid.columns + column;
  const step = page.isPlanar ? 1 : page.samplesPerPixel;
  const heightPx = Math.min(rows, page.heightPx - topPx);
  const cell = {
    leftPx,
    topPx,
    widthPx: Math.min(grid.piece.widthPx, page.widthPx - leftPx),
    heightPx,
    rowPx: grid.piece.widthPx,
  };
  if (!page.isPlanar) {
    const samples = await readPiece(reader, index, fromRow, heightPx, step);
    return { ...cell, channels: samples && wanted.map((first) => ({ samples, step, first })) };
  }
  const channels: Channel[] = [];
  for (const channel of wanted) {
    const samples = await readPiece(reader, channel * grid.columns * grid.rows + index, fromRow, heightPx, step);
    if (!samples) return { ...cell, channels: null };
    channels.push({ samples, step, first: 0 });
  }
  return { ...cell, channels };
}

/** @param rowCount that are within the picture. @returns null for a piece that the file does not have. */
async function readPiece(
  { file, tiff, grid, places }: Reader,
  index: number,
  fromRow: number,
  rowCount: number,
  step: number,
): Promise<Samples | null> {
  const { page, bits } = tiff;
  const rowBytes = rowBytesOf(tiff);
  const offset = places.offsets[index] ?? 0;
  const isPlain = page.compression === compression.none;
  const length = isPlain ? rowCount * rowBytes : (places.lengths[index] ?? 0);
  if (offset === 0 || length === 0) return null;
  const start = offset + fromRow * rowBytes;
  if (start + length > file.sizeBytes) throw corruptSamples("it ends before its samples");
  const stored = await file.read(start, length);
  if (stored.length < length) throw corruptSamples("it ends before its samples");
  if (page.isBitReversed) reverseBits(stored);
  const bytes = aligned(decompress(page.compression, stored, grid.piece.heightPx * rowBytes));
  if (bytes.length < rowCount * rowBytes) throw corruptSamples("a strip or tile has too few samples");
  const rows: Rows = { rowCount, rowSamples: grid.piece.widthPx * step, step, sampleBytes: bits / 8 };
  if (!isWholeBytes(tiff)) return unpackRows(bytes, rowCount, rows.rowSamples, tiff);
  return numbersIn(inOrder(bytes.subarray(0, rowCount * rowBytes), rows, tiff), tiff);
}

/** Samples as this machine has them, without their predictor. */
function inOrder(bytes: Uint8Array<ArrayBuffer>, rows: Rows, tiff: SampleTiff): Uint8Array<ArrayBuffer> {
  if (tiff.predictor === predictor.float) return joinFloatBytes(bytes, rows);
  if (!tiff.page.directory.little) swapBytes(bytes, rows.sampleBytes);
  if (tiff.predictor === predictor.horizontal) addNeighbours(bytes, rows);
  return bytes;
}

function swapBytes(bytes: Uint8Array, sampleBytes: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (sampleBytes === 2) buffer.swap16();
  else if (sampleBytes === 4) buffer.swap32();
  else if (sampleBytes === 8) buffer.swap64();
  else if (sampleBytes === 3) for (let at = 0; at < bytes.length; at += 3) bytes.subarray(at, at + 3).reverse();
}

/** From an address that wide samples can be read at. */
const aligned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.byteOffset % 8 === 0 && bytes.buffer instanceof ArrayBuffer
    ? (bytes as Uint8Array<ArrayBuffer>)
    : new Uint8Array(bytes);

const reversed = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number.parseInt(byte.toString(2).padStart(8, "0").split("").toReversed().join(""), 2),
);

function reverseBits(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) bytes[i] = reversed[bytes[i] ?? 0] ?? 0;
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);
