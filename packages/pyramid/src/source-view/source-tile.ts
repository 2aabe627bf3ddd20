import type { ByteSource } from "../bytes/byte-source.ts";
import { PyramidError } from "../errors.ts";
import { decodeTile, type Pixels } from "../reading/pixels.ts";
import { colourMarker, readTileHeader } from "../tiff/jpeg-tile-header.ts";
import { withMarker, withTables } from "../tiff/jpeg-tiles.ts";
import type { SourceLevel } from "./source-level.ts";

/** A JPEG of the best quality stays below its raw samples; more is no tile. */
export const mostTileBytes = ({ tile }: Pick<SourceLevel, "tile">): number =>
  4 * tile.widthPx * tile.heightPx + 2 ** 16;

/**
 * A tile of a level as a JPEG of its own, colour profile included. Its header is held against the directory, so that
 * its size and colours are what they have to be; null if they aren't.
 *
 * @throws whatever the source's `read` throws.
 */
export async function readSourceTile(
  source: ByteSource,
  level: SourceLevel,
  column: number,
  row: number,
): Promise<Uint8Array | null> {
  const { places, tile } = level;
  const index = row * places.columns + column;
  const length = places.lengths[index] ?? 0;
  if (length > mostTileBytes(level)) return null;
  const stream = await source.read(places.offsets[index] ?? 0, length);
  if (stream.length !== length || stream[0] !== 0xff || stream[1] !== 0xd8) return null;
  const jpeg = withTables(places.jpegTables, stream);
  const header = readTileHeader(jpeg);
  if (header?.widthPx !== tile.widthPx || header.heightPx !== tile.heightPx) return null;
  const marker = colourMarker(header, level.isRgb);
  return marker && withMarker(jpeg, Buffer.concat([marker, level.profile]));
}

/** @throws PyramidError CORRUPT_IMAGE. @throws whatever the source's `read` throws. */
export async function decodeSourceTile(
  source: ByteSource,
  level: SourceLevel,
  column: number,
  row: number,
): Promise<Pixels> {
  const jpeg = await readSourceTile(source, level, column, row);
  if (!jpeg) throw damaged();
  return decodeTile(jpeg).catch((cause: unknown) => Promise.reject(damaged(cause)));
}

const damaged = (cause?: unknown): PyramidError =>
  new PyramidError("CORRUPT_IMAGE", "The image is damaged: one of its tiles can't be decoded.", { cause });
