import { invalidPyramid, type ReadAhead } from "./read-ahead.ts";

export const tag = {
  width: 256,
  height: 257,
  compression: 259,
  photometric: 262,
  samplesPerPixel: 277,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileLengths: 325,
  jpegTables: 347,
} as const;

interface Field {
  readonly type: number;
  readonly count: number;
  /** Where the values are, in the entry itself or elsewhere. */
  readonly position: number;
}

/** One directory of a BigTIFF: the fields that describe a level. */
export interface Directory {
  readonly fields: ReadonlyMap<number, Field>;
  readonly next: number;
}

const entryBytes = 20;
const mostFields = 200;
const mostBytes = 65_536;
/** Bytes per value of the unsigned integer types: BYTE, SHORT, LONG, UNDEFINED, LONG8. */
const widths: Record<number, number> = { 1: 1, 3: 2, 4: 4, 7: 1, 16: 8 };

/** Position of the first directory. @throws PyramidError INVALID_PYRAMID not a little-endian BigTIFF. */
export async function firstDirectory(bytes: ReadAhead): Promise<number> {
  const head = await bytes.view(0, 16);
  const isBigTiff = head.getUint32(0, true) === 0x2b4949 && head.getUint32(4, true) === 8;
  if (!isBigTiff) throw invalidPyramid("it is not a BigTIFF");
  return position(head, 8);
}

export async function readDirectory(bytes: ReadAhead, at: number): Promise<Directory> {
  const count = position(await bytes.view(at, 8), 0);
  if (count < 1 || count > mostFields) throw invalidPyramid("a directory is malformed");
  const view = await bytes.view(at + 8, count * entryBytes + 8);
  const fields = new Map<number, Field>();
  for (let entry = 0; entry < count * entryBytes; entry += entryBytes) {
    const type = view.getUint16(entry + 2, true);
    const values = position(view, entry + 4);
    const inEntry = values * (widths[type] ?? 0) <= 8;
    const from = inEntry ? at + 8 + entry + 12 : position(view, entry + 12);
    fields.set(view.getUint16(entry, true), { type, count: values, position: from });
  }
  return { fields, next: position(view, count * entryBytes) };
}

/** The `count` values of a field. @throws PyramidError INVALID_PYRAMID absent, of another type or another count. */
export async function readNumbers(
  bytes: ReadAhead,
  { fields }: Directory,
  id: number,
  count: number,
): Promise<Float64Array> {
  const field = fields.get(id);
  const width = widths[field?.type ?? 0];
  if (!field || !width || field.count !== count) throw invalidPyramid(`field ${id} is missing or malformed`);
  const view = await bytes.view(field.position, count * width);
  return Float64Array.from({ length: count }, (_, i) => valueAt(view, i * width, width));
}

export async function readNumber(bytes: ReadAhead, directory: Directory, id: number): Promise<number> {
  return (await readNumbers(bytes, directory, id, 1))[0] ?? 0;
}

export async function readBytes(bytes: ReadAhead, { fields }: Directory, id: number): Promise<Uint8Array> {
  const field = fields.get(id);
  if (!field || widths[field.type] !== 1 || field.count > mostBytes)
    throw invalidPyramid(`field ${id} is missing or malformed`);
  const view = await bytes.view(field.position, field.count);
  return new Uint8Array(view.buffer, view.byteOffset, field.count).slice();
}

function valueAt(view: DataView, at: number, width: number): number {
  if (width === 8) return position(view, at);
  if (width === 4) return view.getUint32(at, true);
  return width === 2 ? view.getUint16(at, true) : view.getUint8(at);
}

function position(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw invalidPyramid("a number is out of range");
  return value;
}
