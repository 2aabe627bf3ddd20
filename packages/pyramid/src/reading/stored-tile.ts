import type { ByteSource } from "./byte-source.ts";
import type { StoredLevel } from "./pyramid-index.ts";
import { invalidPyramid, readExactly } from "./read-ahead.ts";

const markerBytes = 2;

/** A stored tile as a complete JPEG of full tile size, without decoding: the level's tables and the tile's stream. */
export async function readStoredTile(
  source: ByteSource,
  level: StoredLevel,
  column: number,
  row: number,
): Promise<Uint8Array> {
  const tile = row * level.columns + column;
  const stream = await readExactly(source, level.offsets[tile] ?? -1, level.lengths[tile] ?? 0);
  if (stream[0] !== 0xff || stream[1] !== 0xd8) throw invalidPyramid("a tile is not a JPEG");
  // Start marker and tables, without the tables' end marker; then the tile, without its start marker.
  return Buffer.concat([level.jpegTables.subarray(0, -markerBytes), stream.subarray(markerBytes)]);
}
