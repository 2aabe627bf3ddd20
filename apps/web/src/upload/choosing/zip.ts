/** A file as it will lie in the ZIP, as it is: slides are compressed already. */
export interface ZipEntry {
  /** With `/` between folders. */
  readonly path: string;
  readonly file: File;
}

/** What does not fit into 32 bits is said in 64, in a field of its own (APPNOTE 4.5.3). */
const mostIn32Bits = 0xffff_ffff;
const asUtf8 = 1 << 11;
const [version, madeByUnix] = [45, 3 << 8];
/** A plain file that its owner may write and everybody may read. */
const attributes = 0o100_644 * 2 ** 16;
/** 1 January 1980, the first day of ZIP: the same files make the same bytes. */
const noDate = 0x21;

interface Placed {
  readonly name: Uint8Array<ArrayBuffer>;
  readonly sizeBytes: number;
  readonly crc32: number;
  readonly offset: number;
}

/** All bytes of the ZIP, in order. @param sums the CRC-32 of each file. */
export function zipParts(entries: readonly ZipEntry[], sums: readonly number[]): (Uint8Array<ArrayBuffer> | File)[] {
  const parts: (Uint8Array<ArrayBuffer> | File)[] = [];
  const placed: Placed[] = [];
  let offset = 0;
  const append = (part: Uint8Array<ArrayBuffer> | File): void => {
    offset += part instanceof File ? part.size : part.length;
    parts.push(part);
  };
  for (const [index, { path, file }] of entries.entries()) {
    const name = new TextEncoder().encode(path);
    const entry = { name, sizeBytes: file.size, crc32: sums[index] ?? 0, offset };
    placed.push(entry);
    append(localHeader(entry));
    append(file);
  }
  const start = offset;
  for (const entry of placed) append(centralHeader(entry));
  append(endOf(placed.length, start, offset - start));
  return parts;
}

/** Known before anything is read. */
export const zipSizeBytes = (entries: readonly ZipEntry[]): number =>
  zipParts(entries, []).reduce((sum, part) => sum + (part instanceof File ? part.size : part.length), 0);

type Field = readonly [sizeBytes: 2 | 4 | 8, value: number];
const short = (value: number): Field => [2, value];
const long = (value: number): Field => [4, value];
const huge = (value: number): Field => [8, value];
const capped = (value: number): Field => long(Math.min(value, mostIn32Bits));

function localHeader({ name, sizeBytes, crc32 }: Placed): Uint8Array<ArrayBuffer> {
  const extra = sizeBytes >= mostIn32Bits ? [huge(sizeBytes), huge(sizeBytes)] : [];
  return bytesOf(
    [long(0x04034b50), short(version), short(asUtf8), short(0), short(0), short(noDate), long(crc32)],
    [capped(sizeBytes), capped(sizeBytes), short(name.length), short(lengthOf(extra))],
    name,
    in64Bits(extra),
  );
}

function centralHeader({ name, sizeBytes, crc32, offset }: Placed): Uint8Array<ArrayBuffer> {
  const extra = [
    ...(sizeBytes >= mostIn32Bits ? [huge(sizeBytes), huge(sizeBytes)] : []),
    ...(offset >= mostIn32Bits ? [huge(offset)] : []),
  ];
  return bytesOf(
    [long(0x02014b50), short(madeByUnix | version), short(version), short(asUtf8), short(0), short(0), short(noDate)],
    [long(crc32), capped(sizeBytes), capped(sizeBytes), short(name.length), short(lengthOf(extra)), short(0)],
    [short(0), short(0), long(attributes), capped(offset)],
    name,
    in64Bits(extra),
  );
}

function endOf(count: number, start: number, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const counts = [short(Math.min(count, 0xffff)), short(Math.min(count, 0xffff))];
  const end = [long(0x06054b50), short(0), short(0), ...counts, capped(sizeBytes), capped(start), short(0)];
  if (start < mostIn32Bits && count < 0xffff) return bytesOf(end);
  const end64 = [
    ...[long(0x06064b50), huge(44), short(madeByUnix | version), short(version), long(0), long(0)],
    ...[huge(count), huge(count), huge(sizeBytes), huge(start)],
  ];
  const whereItIs = [long(0x07064b50), long(0), huge(start + sizeBytes), long(1)];
  return bytesOf(end64, whereItIs, end);
}

const lengthOf = (extra: readonly Field[]): number => (extra.length === 0 ? 0 : 4 + 8 * extra.length);
const in64Bits = (extra: readonly Field[]): readonly Field[] =>
  extra.length === 0 ? [] : [short(0x0001), short(8 * extra.length), ...extra];

/** Little-endian. */
function bytesOf(...groups: readonly (readonly Field[] | Uint8Array<ArrayBuffer>)[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    groups.flatMap((group) =>
      group instanceof Uint8Array ? [...group] : group.flatMap(([size, value]) => bytesIn(size, value)),
    ),
  );
}

const bytesIn = (sizeBytes: number, value: number): number[] =>
  Array.from({ length: sizeBytes }, (_, index) => Math.floor(value / 2 ** (8 * index)) % 256);
