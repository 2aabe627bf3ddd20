import type { FileBytes } from "../bytes/file-bytes.ts";
import { type Box, boxesIn } from "./boxes.ts";
import { damaged } from "./source-format.ts";

const mostBoxes = 200;
const mostItems = 65_535;
/** What a description of all items takes, many times over; thousands of tiles make a megabyte. */
const longestTableBytes = 8 * 2 ** 20;
/** Items that are made of others, which a reference names. */
const derived = ["grid", "iovl", "iden", "tmap"];
const deepest = 4;

/**
 * How the picture that a HEIF file shows is compressed, and what it is put together of, by the four letters of ISO
 * 23008-12.
 *
 * @param meta its box of that name. @throws PyramidError CORRUPT_IMAGE.
 */
export async function primaryItemKinds(file: FileBytes, meta: Box): Promise<string[]> {
  const tables = new Map<string, Buffer>();
  for await (const box of boxesIn(file, meta.start + 4, meta.end, mostBoxes)) {
    if (!box) throw damaged("HEIF", "its tables are malformed");
    if (!["pitm", "iinf", "iref"].includes(box.type) || tables.has(box.type)) continue;
    if (box.end - box.start > longestTableBytes) throw damaged("HEIF", "its tables are too long");
    tables.set(box.type, await file.bytes(box.start, box.end - box.start));
  }
  try {
    const kinds = kindsOfItems(table(tables, "iinf"));
    const parts = partsOfItems(tables.get("iref"));
    const shown = shownBy(primaryItem(table(tables, "pitm")), kinds, parts, deepest);
    return [...new Set(shown)];
  } catch (error) {
    // Whatever lies outside of a table.
    if (error instanceof RangeError) throw damaged("HEIF", "its tables are cut short");
    throw error;
  }
}

function table(tables: ReadonlyMap<string, Buffer>, type: string): Buffer {
  const bytes = tables.get(type);
  if (!bytes) throw damaged("HEIF", `its table ${type} is missing`);
  return bytes;
}

/** Numbers of items have two bytes, or four in later versions of a table. */
const itemAt = (bytes: Buffer, position: number, isLong: boolean): number =>
  isLong ? bytes.readUInt32BE(position) : bytes.readUInt16BE(position);

const primaryItem = (bytes: Buffer): number => itemAt(bytes, 4, bytes.readUInt8(0) > 0);

function kindsOfItems(bytes: Buffer): Map<number, string> {
  const isLong = bytes.readUInt8(0) > 0;
  const kinds = new Map<number, string>();
  for (let at = isLong ? 8 : 6; at + 8 <= bytes.length && kinds.size < mostItems; ) {
    const version = bytes.readUInt8(at + 8);
    const id = itemAt(bytes, at + 12, version > 2);
    const kindAt = at + (version > 2 ? 18 : 16);
    // Before version 2 an item had no kind, and was no picture.
    kinds.set(id, version < 2 ? "" : bytes.toString("latin1", kindAt, kindAt + 4));
    at += Math.max(8, bytes.readUInt32BE(at));
  }
  return kinds;
}

/** What each derived item is made of. */
function partsOfItems(bytes: Buffer = Buffer.alloc(4)): Map<number, number[]> {
  const isLong = bytes.readUInt8(0) > 0;
  const idBytes = isLong ? 4 : 2;
  const parts = new Map<number, number[]>();
  for (let at = 4; at + 8 <= bytes.length; at += Math.max(8, bytes.readUInt32BE(at))) {
    if (bytes.toString("latin1", at + 4, at + 8) !== "dimg") continue;
    const first = at + 8 + idBytes + 2;
    const count = bytes.readUInt16BE(first - 2);
    const ids = Array.from({ length: count }, (_, i) => itemAt(bytes, first + i * idBytes, isLong));
    parts.set(itemAt(bytes, at + 8, isLong), ids);
  }
  return parts;
}

function shownBy(
  item: number,
  kinds: ReadonlyMap<number, string>,
  parts: ReadonlyMap<number, readonly number[]>,
  depth: number,
): string[] {
  const kind = kinds.get(item);
  if (kind === undefined) throw damaged("HEIF", "an item that is shown is missing");
  if (!derived.includes(kind)) return [kind];
  if (depth === 0) throw damaged("HEIF", "its items are made of one another");
  const below = [...new Set(parts.get(item) ?? [])];
  if (below.length === 0) throw damaged("HEIF", "what it is put together of is missing");
  return [...new Set(below.flatMap((part) => shownBy(part, kinds, parts, depth - 1)))];
}
