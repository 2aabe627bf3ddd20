import { open } from "node:fs/promises";

const type = { short: 3, long: 4, long8: 16 } as const;
const rowsPerStrip = 16;

/**
 * Writes a black RGB image of about `sizeBytes` that takes no room on the disk: a BigTIFF whose strips are a hole in
 * the file. Everything that reads it gets every byte.
 */
export async function writeSparseTiff(path: string, sizeBytes: number): Promise<void> {
  const widthPx = 65_536;
  const stripBytes = widthPx * 3 * rowsPerStrip;
  const strips = Math.round(sizeBytes / stripBytes);
  const entryCount = 10;
  const offsetsAt = 16 + 8 + entryCount * 20 + 8;
  const countsAt = offsetsAt + strips * 8;
  const pixelsAt = Math.ceil((countsAt + strips * 8) / 4_096) * 4_096;
  const head = Buffer.alloc(pixelsAt);
  head.write("II", 0, "latin1");
  head.writeUInt16LE(43, 2);
  head.writeUInt16LE(8, 4);
  head.writeBigUInt64LE(16n, 8);
  head.writeBigUInt64LE(BigInt(entryCount), 16);
  const entries: readonly (readonly [tag: number, kind: number, count: number, value: number])[] = [
    [256, type.long, 1, widthPx],
    [257, type.long, 1, strips * rowsPerStrip],
    [258, type.short, 3, 0],
    [259, type.short, 1, 1],
    [262, type.short, 1, 2],
    [273, type.long8, strips, offsetsAt],
    [277, type.short, 1, 3],
    [278, type.long, 1, rowsPerStrip],
    [279, type.long8, strips, countsAt],
    [284, type.short, 1, 1],
  ];
  entries.forEach(([tag, kind, count, value], i) => {
    const at = 24 + i * 20;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(kind, at + 2);
    head.writeBigUInt64LE(BigInt(count), at + 4);
    head.writeBigUInt64LE(BigInt(value), at + 12);
    // Three shorts fit into the entry itself.
    if (tag === 258) for (let channel = 0; channel < 3; channel += 1) head.writeUInt16LE(8, at + 12 + channel * 2);
  });
  for (let strip = 0; strip < strips; strip += 1) {
    head.writeBigUInt64LE(BigInt(pixelsAt + strip * stripBytes), offsetsAt + strip * 8);
    head.writeBigUInt64LE(BigInt(stripBytes), countsAt + strip * 8);
  }
  const file = await open(path, "w");
  try {
    await file.write(head, 0, head.length, 0);
    await file.truncate(pixelsAt + strips * stripBytes);
  } finally {
    await file.close();
  }
}
