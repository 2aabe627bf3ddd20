import { type FileHandle, open } from "node:fs/promises";
import type { StoredLevel } from "../reading/pyramid-index.ts";
import { tag } from "../reading/tiff-directory.ts";

const chromaSubsamplingTag = 530;

const type = { short: 3, long: 4, undefined: 7, long8: 16 } as const;
const entryBytes = 20;

/** A level whose tiles were made elsewhere may have its colours at another resolution than a half in both directions. */
export interface WrittenLevel extends StoredLevel {
  readonly chroma?: readonly [across: number, down: number];
}

/** The first bytes of a BigTIFF; the position of its first directory is filled in by `writeDirectories`. */
export function bigTiffHeader(): Uint8Array {
  const header = new DataView(new ArrayBuffer(16));
  header.setUint32(0, 0x2b4949, true);
  header.setUint32(4, 8, true);
  return new Uint8Array(header.buffer);
}

/** Makes a BigTIFF of a file that holds a header and tiles, by appending the directories that say where they are. */
export async function writeDirectories(
  path: string,
  tileSizePx: number,
  levels: readonly WrittenLevel[],
): Promise<void> {
  const file = await open(path, "r+");
  try {
    let link = 8;
    for (const [halvings, level] of levels.entries()) {
      const start = align((await file.stat()).size);
      const { bytes, directory, next } = layOut(level, halvings, tileSizePx, start);
      await file.write(bytes, 0, bytes.length, start);
      await writePosition(file, link, directory);
      link = next;
    }
  } finally {
    await file.close();
  }
}

/** Values that don't fit into the directory's entries come first, the directory after them. */
function layOut(level: WrittenLevel, halvings: number, tileSizePx: number, start: number) {
  const chroma = level.photometric === 6 ? [field(chromaSubsamplingTag, type.short, level.chroma ?? [2, 2])] : [];
  const fields = [
    field(tag.subfileType, type.long, [halvings > 0 ? 1 : 0]),
    field(tag.width, type.long, [level.widthPx]),
    field(tag.height, type.long, [level.heightPx]),
    field(tag.bitsPerSample, type.short, [8, 8, 8]),
    field(tag.compression, type.short, [7]),
    field(tag.photometric, type.short, [level.photometric]),
    field(tag.samplesPerPixel, type.short, [3]),
    field(tag.planarConfiguration, type.short, [1]),
    field(tag.tileWidth, type.short, [tileSizePx]),
    field(tag.tileHeight, type.short, [tileSizePx]),
    field(tag.tileOffsets, type.long8, level.offsets),
    field(tag.tileLengths, type.long, level.lengths),
    field(tag.jpegTables, type.undefined, level.jpegTables),
    ...chroma,
  ];
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

function field(id: number, typeOf: number, numbers: ArrayLike<number>) {
  const width = { [type.short]: 2, [type.long]: 4, [type.long8]: 8 }[typeOf] ?? 1;
  const values = Buffer.alloc(numbers.length * width);
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] ?? 0;
    if (width === 8) values.writeBigUInt64LE(BigInt(value), i * 8);
    else values.writeUIntLE(value, i * width, width);
  }
  return { id, typeOf, count: numbers.length, values };
}

const align = (position: number): number => Math.ceil(position / 8) * 8;

async function writePosition(file: FileHandle, at: number, position: number): Promise<void> {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(position));
  await file.write(bytes, 0, 8, at);
}
