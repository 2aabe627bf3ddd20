import type { FileBytes } from "../bytes/file-bytes.ts";

/** One of the boxes that JPEG 2000, JPEG XL and HEIF files consist of. */
export interface Box {
  readonly type: string;
  /** Of what is in it, behind its own size and type. */
  readonly start: number;
  readonly end: number;
}

/**
 * The boxes from `start` to `end`, one behind the other.
 *
 * @returns null for one that does not lie within; nothing follows it.
 */
export async function* boxesIn(
  file: FileBytes,
  start: number,
  end: number,
  most: number,
): AsyncGenerator<Box | null, void> {
  for (let [at, count] = [start, 0]; at < end; count += 1) {
    const box = count < most ? await boxAt(file, at, end) : null;
    yield box;
    if (!box) return;
    at = box.end;
  }
}

async function boxAt(file: FileBytes, at: number, end: number): Promise<Box | null> {
  const head = await file.bytes(at, 16);
  if (head.length < 8) return null;
  const [size, type] = [head.readUInt32BE(0), head.toString("latin1", 4, 8)];
  if (size === 0) return { type, start: at + 8, end };
  if (size !== 1) return within(type, at + 8, at + size, end);
  // Its size stands behind its type then, in eight bytes.
  return head.length < 16 ? null : within(type, at + 16, at + Number(head.readBigUInt64BE(8)), end);
}

const within = (type: string, start: number, boxEnd: number, end: number): Box | null =>
  boxEnd >= start && boxEnd <= end ? { type, start, end: boxEnd } : null;

/** As much as a list of brands ever takes, many times over. */
const longestBrandsBytes = 4_096;

/** Of an `ftyp` box, the brand that it is, and then those that it may be read as; null if it is malformed. */
export async function brandsOf(file: FileBytes, { start, end }: Box): Promise<string[] | null> {
  const length = end - start;
  if (length < 8 || length > longestBrandsBytes || length % 4 !== 0) return null;
  const bytes = await file.bytes(start, length);
  if (bytes.length < length) return null;
  const words = Array.from({ length: length / 4 }, (_, i) => bytes.toString("latin1", 4 * i, 4 * i + 4));
  // Between the two stands a version of the first.
  return words.filter((_, i) => i !== 1);
}
