import { readSync } from "node:fs";
import { open } from "node:fs/promises";
import { PyramidError } from "../errors.ts";
import type { Extent } from "./boxes.ts";
import { damagedJpeg2000 } from "./damage.ts";

const tilePart = 0xff90;
const headBytes = 12;
const mostParts = 4_000_000;
/** Parts looked at before the process listens to its parent again. */
const partsAtATime = 2_000;

interface Tile {
  parts: number;
  /** How many the tile says it has; 0 as long as it doesn't. */
  stated: number;
}

/**
 * Looks at the head of every part of every tile: decoders paint black what a whole tile lacks, and show it coarser for
 * a part of one, without a word.
 *
 * @param tilesAt the first part. @returns whether the parts of a tile lie apart from each other.
 * @throws PyramidError CORRUPT_IMAGE one is missing or reaches beyond the file; UNSUPPORTED_FORMAT an order of parts
 * that no decoder here follows.
 */
export async function checkTileParts(
  path: string,
  { end }: Extent,
  tilesAt: number,
  tileCount: number,
): Promise<{ areScattered: boolean }> {
  const tiles = new Map<number, Tile>();
  let areScattered = false;
  let last = -1;
  const file = await open(path);
  try {
    const head = Buffer.alloc(headBytes);
    for (let [at, parts] = [tilesAt, 0]; at + headBytes <= end && parts < mostParts; parts++) {
      if (parts % partsAtATime === 0) await new Promise(setImmediate);
      readSync(file.fd, head, 0, headBytes, at);
      if (head.readUInt16BE(0) !== tilePart) break;
      const [index, length, part, stated] = [head.readUInt16BE(4), head.readUInt32BE(6), head[10], head[11] ?? 0];
      const tile = tiles.get(index) ?? { parts: 0, stated: 0 };
      if (index >= tileCount) throw damagedJpeg2000("it has a tile too many");
      if (part !== tile.parts) throw unordered();
      areScattered ||= tile.parts > 0 && index !== last;
      tiles.set(index, { parts: tile.parts + 1, stated: stated || tile.stated });
      last = index;
      // The last may leave its length open.
      if (length === 0) break;
      if (length < headBytes || at + length > end) throw damagedJpeg2000("one of its tiles is cut short");
      at += length;
    }
  } finally {
    await file.close();
  }
  const isWhole = [...tiles.values()].every(({ parts, stated }) => stated === 0 || parts === stated);
  if (tiles.size < tileCount || !isWhole) throw damagedJpeg2000("some of its tiles are missing");
  // A decoder takes a tile for complete where the next begins, unless it is told how many parts there are.
  if (areScattered && [...tiles.values()].some(({ stated }) => stated === 0)) throw unordered();
  return { areScattered };
}

const unordered = (): PyramidError =>
  new PyramidError(
    "UNSUPPORTED_FORMAT",
    "The JPEG 2000 stores the parts of its tiles in an order that is not read here; save it with its tiles one after another.",
  );
