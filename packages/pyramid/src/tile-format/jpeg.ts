import { invalidPyramid } from "../bytes/read-ahead.ts";
import type { PyramidSettings } from "../limits.ts";
import { compression, fieldType, photometric, tag } from "../tiff/numbers.ts";
import { readBytes } from "../tiff/read-directory.ts";
import { field } from "../tiff/write-directory.ts";
import type { TileFormat } from "./tile-format.ts";

const markerBytes = 2;
const startOfImage = 0xffd8;

/** The tables that a level's tiles share are a stream of their own in its directory. */
export const jpegFormat: TileFormat = {
  compression: compression.jpeg,
  // A dozen bytes are looked for rather than a marker of two: the search may leap that far at a time, and what is
  // compressed or a directory never looks like that.
  countTiles(bytes, settings) {
    const start = startOfTile(settings);
    let tiles = 0;
    let position = 0;
    for (let at = bytes.indexOf(start); at >= 0; at = bytes.indexOf(start, position)) {
      tiles += 1;
      position = at + start.length;
    }
    return { tiles, doneBytes: Math.max(position, bytes.length - start.length + 1) };
  },
  async readTables(bytes, directory) {
    const tables = await readBytes(bytes, directory, tag.jpegTables);
    if (tables.length < 2 * markerBytes) throw invalidPyramid("the tables of a level are cut short");
    return tables;
  },
  fieldsOf: ({ jpegTables, photometric: kind, chroma = [2, 2] }) => [
    field(tag.jpegTables, fieldType.undefined, jpegTables),
    ...(kind === photometric.ycbcr ? [field(tag.chromaSubsampling, fieldType.short, chroma)] : []),
  ],
  // Start marker and tables, without the tables' end marker; then the tile, without its start marker.
  headBytes: (tables) => tables.length - 2 * markerBytes,
  completeTile(tile, tables) {
    if (tile.readUInt16BE(this.headBytes(tables)) !== startOfImage) return false;
    tile.set(tables.subarray(0, -markerBytes));
    return true;
  },
  encode: (image) => image.jpeg({ quality: 92, chromaSubsampling: "4:4:4" }),
};

/** Start of image, then a frame header of the tile's size; or Adobe's segment, where pixels are stored as RGB. */
function startOfTile({ tileSizePx, quality }: PyramidSettings): Buffer {
  if (quality >= 90) return Buffer.from("\xff\xd8\xff\xee\x00\x0eAdobe", "latin1");
  const side = tileSizePx >> 8;
  return Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, side, 0, side, 0, 3]);
}
