import type { FileHandle } from "node:fs/promises";
import { typeBytes } from "./numbers.ts";

/** One field of a directory: what it says, by TIFF's own number for it. */
export interface Field {
  readonly id: number;
  readonly typeOf: number;
  readonly count: number;
  readonly values: Buffer;
}

const entryBytes = 20;

/** The first bytes of a BigTIFF; where its first directory is stands at `firstLink`. */
export function bigTiffHeader(little = true): Uint8Array {
  const header = new DataView(new ArrayBuffer(16));
  header.setUint16(0, little ? 0x4949 : 0x4d4d);
  header.setUint16(2, 43, little);
  header.setUint16(4, 8, little);
  return new Uint8Array(header.buffer);
}

export const firstLink = 8;

/** @param little as the file's header says. */
export function field(id: number, typeOf: number, numbers: ArrayLike<number>, little = true): Field {
  const width = typeBytes[typeOf] ?? 1;
  const values = Buffer.alloc(numbers.length * width);
  const view = new DataView(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] ?? 0;
    if (width === 8) view.setBigUint64(i * 8, BigInt(value), little);
    else if (width === 4) view.setUint32(i * 4, value, little);
    else if (width === 2) view.setUint16(i * 2, value, little);
    else values[i] = value;
  }
  return { id, typeOf, count: numbers.length, values };
}

/**
 * Appends a directory, and its values that don't fit into entries, to a file that holds what they speak of.
 *
 * @param fields in the order of their numbers. @param link where to say that it is there.
 * @returns where the one after it is to be linked.
 */
export async function appendDirectory(
  file: FileHandle,
  fields: readonly Field[],
  link: number,
  little = true,
): Promise<number> {
  const start = align((await file.stat()).size);
  const { bytes, directory, next } = layOut(fields, start, little);
  await file.write(bytes, 0, bytes.length, start);
  await file.write(word(directory, little), 0, 8, link);
  return next;
}

/** Values that don't fit into the directory's entries come first, the directory after them. */
function layOut(fields: readonly Field[], start: number, little: boolean) {
  const entries = Buffer.alloc(8 + fields.length * entryBytes + 8);
  const view = new DataView(entries.buffer, entries.byteOffset, entries.length);
  view.setBigUint64(0, BigInt(fields.length), little);
  const outside: Buffer[] = [];
  let position = start;
  for (const [i, { id, typeOf, count, values }] of fields.entries()) {
    const at = 8 + i * entryBytes;
    view.setUint16(at, id, little);
    view.setUint16(at + 2, typeOf, little);
    view.setBigUint64(at + 4, BigInt(count), little);
    if (values.length <= 8) {
      values.copy(entries, at + 12);
    } else {
      view.setBigUint64(at + 12, BigInt(position), little);
      outside.push(Buffer.concat([values], align(values.length)));
      position += align(values.length);
    }
  }
  const bytes = Buffer.concat([...outside, entries]);
  return { bytes, directory: position, next: position + entries.length - 8 };
}

function word(value: number, little: boolean): Buffer {
  const bytes = Buffer.alloc(8);
  if (little) bytes.writeBigUInt64LE(BigInt(value));
  else bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

const align = (position: number): number => Math.ceil(position / 8) * 8;
