import type { ByteSource } from "../bytes/byte-source.ts";
import { ReadAhead } from "../bytes/read-ahead.ts";
import { PyramidError } from "../errors.ts";
import { compression, photometric, tag } from "./numbers.ts";
import type { TiffPage } from "./page.ts";
import { readRange } from "./read-directory.ts";

/** Where the strips or tiles of a page are: plane by plane, row by row. */
export interface Pieces {
  readonly columns: number;
  readonly rows: number;
  /** One, or one for each channel. */
  readonly planes: number;
  readonly offsets: Float64Array;
  /** 0 where a piece is left out, which stands for background. */
  readonly lengths: Float64Array;
  /** Whether the directory says all of this itself. */
  readonly areAsStated: boolean;
  readonly largestBytes: number;
}

/** Sixteen bytes of memory for each. */
const mostPieces = 4_000_000;

/** Rows of a strip or tile, the last of a plane excepted. */
export const pieceRows = ({ tile, stripHeightPx }: TiffPage): number => tile?.heightPx ?? stripHeightPx;

/**
 * Finds a page's pieces, and their lengths where those follow from something else.
 *
 * @throws PyramidError CORRUPT_IMAGE there are fewer than the page's size takes, or none has any pixels.
 * UNSUPPORTED_FORMAT more of them than can be meant.
 */
export async function readPieces(source: ByteSource, page: TiffPage): Promise<Pieces> {
  const grid = gridOf(page);
  const count = grid.columns * grid.rows * grid.planes;
  const [offsetsId, lengthsId, name] = page.tile
    ? ([tag.tileOffsets, tag.tileLengths, "tiles"] as const)
    : ([tag.stripOffsets, tag.stripLengths, "strips"] as const);
  if (count > mostPieces) {
    const message = `The TIFF is cut into ${count.toLocaleString("en")} ${name}; save it with larger ones.`;
    throw new PyramidError("UNSUPPORTED_FORMAT", message);
  }
  const bytes = new ReadAhead(source);
  const offsets = await valuesOf(bytes, page, offsetsId, count);
  const stated = await valuesOf(bytes, page, lengthsId, count);
  const { fields } = page.directory;
  const thereAre = fields.get(offsetsId)?.count ?? 0;
  if (!offsets) {
    const size = `${page.widthPx} x ${page.heightPx} pixels`;
    const has = `has ${thereAre} of the ${count} ${name} that these take`;
    throw damaged(`its directory says ${size}, and ${has}`);
  }
  const isMeasured = stated?.some((length, i) => length > 0 && (offsets[i] ?? 0) > 0) ?? false;
  const whole = page.compression === compression.none ? plainBytes(page) : null;
  const lengths = isMeasured && stated ? stated : derivedLengths(offsets, source.sizeBytes, whole, page);
  for (let i = 0; i < count; i++) if (offsets[i] === 0) lengths[i] = 0;
  const largestBytes = lengths.reduce((most, length) => Math.max(most, length), 0);
  if (largestBytes === 0) throw damaged(`none of its ${name} is there`);
  const isCounted = [offsetsId, lengthsId].every((id) => fields.get(id)?.count === count);
  return { ...grid, offsets, lengths, areAsStated: isMeasured && isCounted && !lengths.includes(0), largestBytes };
}

function gridOf(page: TiffPage): Pick<Pieces, "columns" | "rows" | "planes"> {
  const { widthPx, heightPx, tile, isPlanar, samplesPerPixel } = page;
  return {
    columns: tile ? Math.ceil(widthPx / tile.widthPx) : 1,
    rows: Math.ceil(heightPx / pieceRows(page)),
    planes: isPlanar ? samplesPerPixel : 1,
  };
}

/** Null where there are too few, or none of a kind that can be read. */
async function valuesOf(bytes: ReadAhead, page: TiffPage, id: number, count: number): Promise<Float64Array | null> {
  try {
    return await readRange(bytes, page.directory, id, 0, count);
  } catch (error) {
    if (error instanceof PyramidError) return null;
    throw error;
  }
}

/** Of a whole piece without compression; null where that takes more than counting samples. */
export function plainBytes(page: TiffPage, rows = pieceRows(page)): number | null {
  const { tile, widthPx, bitsPerSample, samplesPerPixel, isPlanar } = page;
  if (page.photometric === photometric.ycbcr) return null;
  const samples = (tile?.widthPx ?? widthPx) * (isPlanar ? 1 : samplesPerPixel);
  return Math.ceil((samples * bitsPerSample) / 8) * rows;
}

/**
 * A piece without a length is as long as its pixels take; of what is compressed it may reach up to the next, or the
 * end. Pieces in one place have none.
 */
function derivedLengths(offsets: Float64Array, endByte: number, whole: number | null, page: TiffPage): Float64Array {
  const inOrder = offsets.toSorted();
  const areShared = inOrder.some((offset, i) => offset > 0 && offset === inOrder[i + 1]);
  if (areShared) return new Float64Array(offsets.length);
  return offsets.map((offset, i) => {
    if (offset >= endByte) return 0;
    if (whole !== null) return Math.min(whole, plainBytes(page, rowsOf(page, i)) ?? whole);
    return (inOrder[upperBound(inOrder, offset)] ?? endByte) - offset;
  });
}

/** Of a strip: the last one may be lower. */
export function rowsOf(page: TiffPage, index: number): number {
  const rows = pieceRows(page);
  if (page.tile) return rows;
  const first = (index % Math.ceil(page.heightPx / rows)) * rows;
  return Math.min(rows, page.heightPx - first);
}

/** Of ascending numbers, the index of the first that is greater. */
function upperBound(numbers: Float64Array, value: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

export const damaged = (how: string): PyramidError =>
  new PyramidError("CORRUPT_IMAGE", `The image is damaged or incomplete: ${how}.`);
