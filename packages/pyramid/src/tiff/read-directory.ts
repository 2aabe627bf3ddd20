import { invalidPyramid, type ReadAhead } from "../bytes/read-ahead.ts";
import { fieldType, typeBytes } from "./numbers.ts";

/** How a TIFF writes its numbers. */
export interface Layout {
  readonly little: boolean;
  /** BigTIFF, whose positions and counts have eight bytes. */
  readonly big: boolean;
}

export interface DirectoryField {
  readonly type: number;
  readonly count: number;
  /** Where the values are, in the entry itself or elsewhere. */
  readonly position: number;
}

/** One directory of a TIFF: the fields that describe a picture, in a pyramid a level. */
export interface Directory extends Layout {
  /** Where it begins in the file. */
  readonly at: number;
  /** Whether its fields stand in the order of their numbers, each of them once, as they have to. */
  readonly isInOrder: boolean;
  readonly fields: ReadonlyMap<number, DirectoryField>;
  /** Position of the directory after it; 0 behind the last. */
  readonly next: number;
}

const mostFields = 1_000;
const mostBytes = 1_000_000;
const { byte, ascii, short, long, ifd, long8, ifd8, signedByte, signedShort, signedLong, signedLong8 } = fieldType;
/** Types that are read. Of the signed ones, no number is negative that is read here. */
const readTypes: readonly number[] = [
  ...[byte, ascii, short, long, fieldType.undefined, ifd, long8, ifd8],
  ...[signedByte, signedShort, signedLong, signedLong8],
];
/** Bytes per value; undefined of other types. */
const widthOf = (type: number): number | undefined => (readTypes.includes(type) ? typeBytes[type] : undefined);

export const isNumeric = (type: number): boolean => type !== ascii && readTypes.includes(type);

/** How the TIFF is written, and where its first directory is. @throws PyramidError INVALID_PYRAMID it is no TIFF. */
export async function openTiff(bytes: ReadAhead): Promise<{ layout: Layout; first: number }> {
  const head = await bytes.view(0, 16);
  const order = head.getUint16(0);
  const little = order === 0x4949;
  const version = head.getUint16(2, little);
  if ((!little && order !== 0x4d4d) || (version !== 42 && version !== 43)) throw invalidPyramid("it is not a TIFF");
  const layout = { little, big: version === 43 };
  return { layout, first: word(head, layout.big ? 8 : 4, layout) };
}

export async function readDirectory(bytes: ReadAhead, layout: Layout, at: number): Promise<Directory> {
  const { little, big } = layout;
  const [countBytes, entryBytes, wordBytes] = big ? [8, 20, 8] : [2, 12, 4];
  const counted = await bytes.view(at, countBytes);
  const count = big ? word(counted, 0, layout) : counted.getUint16(0, little);
  if (count < 1 || count > mostFields) throw invalidPyramid("a directory is malformed");
  const view = await bytes.view(at + countBytes, count * entryBytes + wordBytes);
  const fields = new Map<number, DirectoryField>();
  let isInOrder = true;
  let before = -1;
  for (let entry = 0; entry < count * entryBytes; entry += entryBytes) {
    const type = view.getUint16(entry + 2, little);
    const values = word(view, entry + 4, layout);
    const inEntry = values * (widthOf(type) ?? 0) <= wordBytes;
    const value = entry + 4 + wordBytes;
    const from = inEntry ? at + countBytes + value : word(view, value, layout);
    const id = view.getUint16(entry, little);
    isInOrder &&= id > before;
    before = id;
    // Of a field that is there twice, decoders take the first.
    if (!fields.has(id)) fields.set(id, { type, count: values, position: from });
  }
  return { ...layout, at, isInOrder, fields, next: word(view, count * entryBytes, layout) };
}

/** The `count` values of a field. @throws PyramidError INVALID_PYRAMID absent, of another type or another count. */
export async function readNumbers(
  bytes: ReadAhead,
  directory: Directory,
  id: number,
  count: number,
): Promise<Float64Array> {
  if (directory.fields.get(id)?.count !== count) throw invalidPyramid(`field ${id} is missing or malformed`);
  return readRange(bytes, directory, id, 0, count);
}

/** Some of a field's values, of which there may be more. @throws PyramidError as readNumbers. */
export async function readRange(
  bytes: ReadAhead,
  directory: Directory,
  id: number,
  first: number,
  count: number,
): Promise<Float64Array> {
  const field = directory.fields.get(id);
  const width = widthOf(field?.type ?? 0);
  if (!field || !width || first + count > field.count) throw invalidPyramid(`field ${id} is missing or malformed`);
  const view = await bytes.view(field.position + first * width, count * width);
  return Float64Array.from({ length: count }, (_, i) => valueAt(view, i * width, width, directory));
}

export async function readNumber(bytes: ReadAhead, directory: Directory, id: number): Promise<number> {
  return (await readNumbers(bytes, directory, id, 1))[0] ?? 0;
}

export async function readBytes(bytes: ReadAhead, { fields }: Directory, id: number): Promise<Uint8Array> {
  const field = fields.get(id);
  if (!field || widthOf(field.type) !== 1 || field.count > mostBytes)
    throw invalidPyramid(`field ${id} is missing or malformed`);
  const view = await bytes.view(field.position, field.count);
  return new Uint8Array(view.buffer, view.byteOffset, field.count).slice();
}

function valueAt(view: DataView, at: number, width: number, { little }: Layout): number {
  if (width === 8) return position(view, at, little);
  if (width === 4) return view.getUint32(at, little);
  return width === 2 ? view.getUint16(at, little) : view.getUint8(at);
}

/** A position or count: eight bytes in a BigTIFF, four in any other. */
const word = (view: DataView, at: number, { little, big }: Layout): number =>
  big ? position(view, at, little) : view.getUint32(at, little);

function position(view: DataView, at: number, little: boolean): number {
  const value = Number(view.getBigUint64(at, little));
  if (!Number.isSafeInteger(value)) throw invalidPyramid("a number is out of range");
  return value;
}
