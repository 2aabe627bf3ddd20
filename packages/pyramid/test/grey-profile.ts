/** A colour profile of grey in which samples are proportional to light, as ICC's version 2 writes it. */
export function linearGreyProfile(): Buffer {
  const whitePoint = Buffer.alloc(20);
  whitePoint.write("XYZ ");
  // D50, in 65,536ths.
  for (const [i, value] of [0.9642, 1, 0.8249].entries())
    whitePoint.writeInt32BE(Math.round(value * 65_536), 8 + 4 * i);
  const curve = Buffer.alloc(12);
  curve.write("curv");
  const tags: [name: string, content: Buffer][] = [
    ["wtpt", whitePoint],
    ["kTRC", curve],
  ];
  const header = Buffer.alloc(128);
  header.writeUInt32BE(0x0240_0000, 8);
  header.write("mntrGRAYXYZ ", 12);
  header.write("acsp", 36);
  whitePoint.copy(header, 68, 8);
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length);
  let at = header.length + table.length;
  for (const [i, [name, content]] of tags.entries()) {
    table.write(name, 4 + 12 * i);
    table.writeUInt32BE(at, 8 + 12 * i);
    table.writeUInt32BE(content.length, 12 + 12 * i);
    at += content.length;
  }
  header.writeUInt32BE(at);
  return Buffer.concat([header, table, ...tags.map(([, content]) => content)]);
}
