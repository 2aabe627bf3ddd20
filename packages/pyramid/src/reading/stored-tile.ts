import type { ByteSource } from "../bytes/byte-source.ts";
import { invalidPyramid, readExactly } from "../bytes/read-ahead.ts";
import type { StoredLevel } from "../pyramid-level.ts";
import { tileFormats } from "../tile-format/tile-formats.ts";

/** A stored tile as an image of full tile size, without decoding. */
export async function readStoredTile(
  source: ByteSource,
  level: StoredLevel,
  column: number,
  row: number,
): Promise<Uint8Array> {
  const format = tileFormats[level.tileFormat];
  const tile = row * level.columns + column;
  const length = level.lengths[tile] ?? 0;
  const head = format.headBytes(level.jpegTables);
  // Read to where it belongs: copying each tile there was a seventh of what serving it over HTTP took.
  const whole = Buffer.allocUnsafe(head + length);
  const place = whole.subarray(head);
  const stream = await readExactly(source, level.offsets[tile] ?? -1, length, place);
  if (stream !== place) place.set(stream);
  if (!format.completeTile(whole, level.jpegTables)) throw invalidPyramid("a tile is not what its level says");
  return whole;
}
