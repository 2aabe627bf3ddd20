import { setImmediate } from "node:timers/promises";
import { openFileSource } from "../bytes/byte-source.ts";
import { ReadAhead } from "../bytes/read-ahead.ts";
import { TileDcDecoder } from "../jpeg/dc/tile-dc-decoder.ts";
import { withTables } from "../tiff/jpeg-tiles.ts";
import { compression, tag } from "../tiff/numbers.ts";
import type { TiffPage } from "../tiff/page.ts";
import { damaged, type Pieces } from "../tiff/pieces.ts";
import { readBytes } from "../tiff/read-directory.ts";

const noTables = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);
/** Of a larger tile, the estimate of memory knows nothing of a second copy. */
const mostTileBytes = 2 ** 20;

/** Whether the page has tiles that are JPEGs. */
export const hasJpegTiles = ({ compression: method, tile }: TiffPage): boolean =>
  method === compression.jpeg && tile !== null;

/**
 * Reads the codes of a page's JPEG tiles through: of one that ends too soon, libtiff makes grey without a word. Tiles
 * that are coded in ways of their own are left to it.
 *
 * @throws PyramidError CORRUPT_IMAGE.
 */
export async function requireTileCodes(path: string, page: TiffPage, { offsets, lengths }: Pieces): Promise<void> {
  const { tile, directory } = page;
  if (!tile) return;
  const file = await openFileSource(path);
  try {
    const hasTables = directory.fields.has(tag.jpegTables);
    const tables = hasTables ? await readBytes(new ReadAhead(file), directory, tag.jpegTables) : noTables;
    const channels = page.isPlanar ? 1 : page.samplesPerPixel;
    let decoder: TileDcDecoder | null = null;
    for (const [i, length] of lengths.entries()) {
      // The process listens to its parent in between.
      await setImmediate();
      if (length === 0 || length > mostTileBytes) continue;
      const stream = withTables(tables, await file.read(offsets[i] ?? 0, length));
      let isReadable = decoder?.check(stream) ?? null;
      if (isReadable === null) {
        decoder = TileDcDecoder.of(stream, tile, mostTileBytes, channels);
        isReadable = decoder?.check(stream) ?? null;
      }
      if (isReadable === false) throw damaged("one of its tiles is not coded as its tables allow, or ends too soon");
    }
  } finally {
    await file.close();
  }
}
