const widths: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 11: 4, 16: 8 };
export const type = {
  ascii: 2,
  short: 3,
  long: 4,
  rational: 5,
  undefined: 7,
  signedLong: 9,
  float: 11,
  long8: 16,
} as const;

type Field = readonly [id: number, type: number, values: readonly number[] | Uint8Array | string];

/** A picture of a TIFF: its fields, and its tiles or strips, whose places are entered where they come to lie. */
export interface Picture {
  readonly fields: readonly Field[];
  readonly tiles?: readonly Uint8Array[];
  /** Whether the last tile lies first in the file. */
  readonly backwards?: boolean;
  readonly strips?: readonly Uint8Array[];
  /** Pictures below this one (SubIFDs). */
  readonly below?: readonly Picture[];
}

interface Order {
  readonly little?: boolean;
  readonly big?: boolean;
  /** Places of directories have eight bytes in a classic TIFF too, as Hamamatsu writes them. */
  readonly longLinks?: boolean;
  /** What these places are ahead of those in the result: the latter half of a file of more than 4 GiB. */
  readonly startsAt?: number;
}

/** A TIFF as other software writes it: classic or big, in either byte order. */
export function composeTiff(
  pictures: readonly Picture[],
  { little = true, big = false, longLinks = big, startsAt = 0 }: Order = {},
): Buffer {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const append = (bytes: Uint8Array): number => {
    const padding = Buffer.alloc(sizeBytes % 8 === 0 ? 0 : 8 - (sizeBytes % 8));
    const at = sizeBytes + padding.length;
    chunks.push(padding, Buffer.from(bytes));
    sizeBytes = at + bytes.length;
    return at;
  };
  const numbers = (values: readonly number[], width: number): Buffer => {
    const bytes = Buffer.alloc(values.length * width);
    for (const [i, value] of values.entries()) {
      if (width === 8)
        little ? bytes.writeBigUInt64LE(BigInt(value), i * 8) : bytes.writeBigUInt64BE(BigInt(value), i * 8);
      else little ? bytes.writeUIntLE(value, i * width, width) : bytes.writeUIntBE(value, i * width, width);
    }
    return bytes;
  };
  const wordBytes = big ? 8 : 4;
  const linkBytes = longLinks ? 8 : 4;
  const links: { at: number; target: number }[] = [];

  const write = (picture: Picture, link: number | null): { at: number; next: number } => {
    const fields = [...picture.fields];
    for (const [blocks, offsetsId, lengthsId] of [
      [picture.tiles, 324, 325],
      [picture.strips, 273, 279],
    ] as const) {
      if (!blocks) continue;
      const places = picture.backwards ? blocks.toReversed().map(append).reverse() : blocks.map(append);
      fields.push([offsetsId, big ? type.long8 : type.long, places]);
      fields.push([lengthsId, type.long, blocks.map((block) => block.length)]);
    }
    if (picture.below) {
      const places = picture.below.map((each) => write(each, null).at);
      fields.push([330, big ? type.long8 : type.long, places]);
    }
    const entries = fields
      .toSorted(([a], [b]) => a - b)
      .map(([id, typeOf, given]) => {
        const values =
          typeof given === "string"
            ? Buffer.from(`${given}\0`)
            : given instanceof Uint8Array
              ? Buffer.from(given)
              : numbers(given, widths[typeOf] ?? 1);
        const count = values.length / (widths[typeOf] ?? 1);
        const inEntry = Buffer.alloc(wordBytes);
        if (values.length <= wordBytes) values.copy(inEntry);
        else numbers([append(values)], wordBytes).copy(inEntry);
        return Buffer.concat([numbers([id, typeOf], 2), numbers([count], wordBytes), inEntry]);
      });
    const head = numbers([entries.length], big ? 8 : 2);
    const at = append(Buffer.concat([head, ...entries, Buffer.alloc(linkBytes)]));
    if (link !== null) links.push({ at: link, target: at });
    return { at, next: at + head.length + entries.length * (4 + 2 * wordBytes) };
  };

  append(
    Buffer.concat([Buffer.from(little ? "II" : "MM"), numbers(big ? [43, 8, 0] : [42], 2), Buffer.alloc(linkBytes)]),
  );
  let link = big ? 8 : 4;
  for (const picture of pictures) link = write(picture, link).next;
  const file = Buffer.concat(chunks);
  for (const { at, target } of links) numbers([startsAt + target], linkBytes).copy(file, at);
  return file;
}
