import type { FileHandle } from "node:fs/promises";

export const type = { short: 3, long: 4, undefined: 7, long8: 16 } as const;

/** One field of a directory: what it says, by TIFF's own number for it. */
export interface Field {
  readonly id: number;
  readonly typeOf: number;
  readonly count: number;
  readonly values: Buffer;
}

const entryBytes = 20;

/** The first bytes of a BigTIFF; where its first directory is stands at `firstLink`. */
export function bigTiffHeader(): Uint8Array {
  const header = new DataView(new ArrayBuffer(16));
  header.setUint32(0, 0x2b4949, true);
  header.setUint32(4, 8, true);
  return new Uint8Array(header.buffer);
}

export const firstLink = 8;

export function field(id: number, typeOf: number, numbers: ArrayLike<number>): Field {
  const width = { [type.short]: 2, [type.long]: 4, [type.long8]: 8 }[typeOf] ?? 1;
  const values = Buffer.alloc(numbers.length * width);
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] ?? 0;
    if (width === 8) values.writeBigUInt64LE(BigInt(value), i * 8);
    else values.writeUIntLE(value, i * width, width);
  }
  return { id, typeOf, count: numbers.length, values };
}

/**
 * Appends a directory, and its values that don't fit into entries, to a file that holds what they speak of.
 *
 * @param fields in the order of their numbers. @param link where to say that it is there.
 * @returns where the one after it is to be linked.
 */
export async function appendDirectory(file: FileHandle, fields: readonly Field[], link: number): Promise<number> {
  const start = align((await file.stat()).size);
  const { bytes, directory, next } = layOut(fields, start);
  await file.write(bytes, 0, bytes.length, start);
  const position = Buffer.alloc(8);
  position.writeBigUInt64LE(BigInt(directory));
  await file.write(position, 0, position.length, link);
  return next;
}

/** Values that don't fit into the directory's entries come first, the directory after them. */
function layOut(fields: readonly Field[], start: number) {
  const entries = Buffer.alloc(8 + fields.length * entryBytes + 8);
  entries.writeBigUInt64LE(BigInt(fields.length));
  const outside: Buffer[] = [];
  let position = start;
  for (const [i, { id, typeOf, count, values }] of fields.entries()) {
    const at = 8 + i * entryBytes;
    entries.writeUInt16LE(id, at);
    entries.writeUInt16LE(typeOf, at + 2);
    entries.writeBigUInt64LE(BigInt(count), at + 4);
    if (values.length <= 8) {
      values.copy(entries, at + 12);
    } else {
      entries.writeBigUInt64LE(BigInt(position), at + 12);
      outside.push(Buffer.concat([values], align(values.length)));
      position += align(values.length);
    }
  }
  const bytes = Buffer.concat([...outside, entries]);
  return { bytes, directory: position, next: position + entries.length - 8 };
}

const align = (position: number): number => Math.ceil(position / 8) * 8;
