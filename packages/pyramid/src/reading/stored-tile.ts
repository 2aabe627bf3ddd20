import { tileFormats } from "../tile-format/tile-formats.ts";
import type { ByteSource } from "./byte-source.ts";
import type { StoredLevel } from "./pyramid-index.ts";
import { invalidPyramid, readExactly } from "./read-ahead.ts";

/** A stored tile as an image of full tile size, without decoding. */
export async function readStoredTile(
  source: ByteSource,
  level: StoredLevel,
  column: number,
  row: number,
): Promise<Uint8Array> {
  const tile = row * level.columns + column;
  const stream = await readExactly(source, level.offsets[tile] ?? -1, level.lengths[tile] ?? 0);
  const whole = tileFormats[level.tileFormat].wholeTile(stream, level.jpegTables);
  if (!whole) throw invalidPyramid("a tile is not what its level says");
  return whole;
}
