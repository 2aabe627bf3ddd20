/** A box as JPEG 2000, JPEG XL and HEIF files consist of them: its size, its type and what is in it. */
export function box(type: string, ...content: readonly (Buffer | string)[]): Buffer {
  const inside = Buffer.concat(content.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + inside.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, inside]);
}

/** The same with a size of eight bytes behind its type. */
export function longBox(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(1);
  head.write(type, 4, "latin1");
  head.writeBigUInt64BE(BigInt(16 + content.length), 8);
  return Buffer.concat([head, content]);
}

export const ftyp = (major: string, ...others: readonly string[]): Buffer =>
  box("ftyp", major, Buffer.alloc(4), ...others);

interface HeifItems {
  /** The kinds of its items by their numbers, from 1 on; the first is shown. */
  readonly kinds: readonly string[];
  /** Of the first, what it is put together of. */
  readonly parts?: readonly number[];
}

const words = (...values: readonly number[]): Buffer =>
  Buffer.from(values.flatMap((value) => [value >> 8, value & 255]));
const version = (number: number): Buffer => Buffer.from([number, 0, 0, 0]);

/** What a HEIF says of its items. Their pixels are missing. */
export function heifMeta({ kinds, parts = [] }: HeifItems): Buffer {
  const entries = kinds.map((kind, i) => box("infe", version(2), words(i + 1, 0), kind, "\0"));
  const reference = parts.length > 0 ? [box("iref", version(0), box("dimg", words(1, parts.length, ...parts)))] : [];
  return box(
    "meta",
    version(0),
    box("hdlr", version(0), Buffer.alloc(4), "pict", Buffer.alloc(13)),
    box("pitm", version(0), words(1)),
    box("iinf", version(0), words(kinds.length), ...entries),
    ...reference,
  );
}

export const heifOf = (kind: string, major = "heic"): Buffer =>
  Buffer.concat([ftyp(major, "mif1"), heifMeta({ kinds: [kind] })]);
