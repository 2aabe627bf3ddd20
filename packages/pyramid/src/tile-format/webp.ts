import { compression } from "../tiff/numbers.ts";
import type { TileFormat } from "./tile-format.ts";

/**
 * `RIFF`, the length of what follows, `WEBP`, and the name of the first chunk: `VP8 ` where pixels are compressed with
 * loss.
 */
const headBytes = 16;
const lengthAt = 4;
const nameAt = 8;

/** Each tile is a file of its own, which says how long it is. */
export const webpFormat: TileFormat = {
  compression: compression.webp,
  countTiles(bytes) {
    let tiles = 0;
    let position = 0;
    for (let at = bytes.indexOf("RIFF"); at >= 0; at = bytes.indexOf("RIFF", position)) {
      if (at + headBytes > bytes.length) break;
      const sizeBytes = streamBytes(bytes.subarray(at));
      if (sizeBytes !== null) tiles += 1;
      position = at + (sizeBytes ?? 1);
    }
    return { tiles, doneBytes: Math.max(position, bytes.length - headBytes + 1) };
  },
  readTables: async () => new Uint8Array(0),
  fieldsOf: () => [],
  headBytes: () => 0,
  completeTile: (tile) => streamBytes(tile) === tile.length,
  encode: (image) => image.webp({ quality: 95, smartSubsample: true }),
};

/** Of the file whose head this is; null if it is none. */
function streamBytes(head: Buffer): number | null {
  const isHead =
    head.length >= headBytes &&
    head.toString("latin1", 0, lengthAt) === "RIFF" &&
    head.toString("latin1", nameAt, headBytes) === "WEBPVP8 ";
  return isHead ? nameAt + head.readUInt32LE(lengthAt) : null;
}
