import { writeFile } from "node:fs/promises";
import { openFileSource } from "../src/bytes/byte-source.ts";
import type { Size } from "../src/geometry.ts";
import { isJpegTiled, readTilePlaces } from "../src/tiff/jpeg-tiles.ts";
import { pagesIn } from "../src/tiff/pages.ts";
import { type Picture, type } from "./composed-tiff.ts";
import { asSharp, type Raw } from "./smooth-image.ts";

export interface JpegTiles {
  readonly tiles: readonly Buffer[];
  readonly tables: Buffer;
  readonly level: Size & { readonly columns: number; readonly photometric: number };
}

/** A picture's tiles as libtiff compresses them; from quality 90 on without a colour transform. */
export async function jpegTiles(
  picture: Raw,
  tileSizePx: number,
  quality: number,
  draftPath: string,
): Promise<JpegTiles> {
  const bytes = await asSharp(picture)
    .tiff({ tile: true, tileWidth: tileSizePx, tileHeight: tileSizePx, compression: "jpeg", quality, bigtiff: true })
    .toBuffer();
  await writeFile(draftPath, bytes);
  const file = await openFileSource(draftPath);
  const [page] = await pagesIn(file);
  const places = page && isJpegTiled(page) && (await readTilePlaces(file, page));
  await file.close();
  if (!places) throw new Error("there is a page of tiles");
  const { widthPx, heightPx, photometric } = page;
  return {
    tiles: Array.from(places.offsets, (offset, i) => bytes.subarray(offset, offset + (places.lengths[i] ?? 0))),
    tables: Buffer.from(places.jpegTables),
    level: { widthPx, heightPx, columns: places.columns, photometric },
  };
}

/** As Aperio's scanners write them: RGB, and nothing in the stream that says so. */
export const withoutColourMarker = (tile: Buffer): Buffer => {
  const adobe = tile.indexOf(Buffer.from([0xff, 0xee, 0, 14]));
  if (adobe < 0) throw new Error("the tile has Adobe's marker");
  const plain = Buffer.concat([tile.subarray(0, adobe), tile.subarray(adobe + 16)]);
  const frame = plain.indexOf(Buffer.from([0xff, 0xc0]));
  const scan = plain.indexOf(Buffer.from([0xff, 0xda]));
  for (const component of [0, 1, 2]) {
    plain[frame + 10 + 3 * component] = component;
    plain[scan + 5 + 2 * component] = component;
  }
  return plain;
};

/** A page of a TIFF that holds these tiles. */
export const tiledPage = (
  { tiles, tables, level }: JpegTiles,
  tileSizePx: number,
  more: Picture["fields"] = [],
): Picture => ({
  fields: [
    [256, type.long, [level.widthPx]],
    [257, type.long, [level.heightPx]],
    [258, type.short, [8, 8, 8]],
    [259, type.short, [7]],
    [262, type.short, [level.photometric]],
    [277, type.short, [3]],
    [284, type.short, [1]],
    [322, type.short, [tileSizePx]],
    [323, type.short, [tileSizePx]],
    [347, type.undefined, tables],
    ...(level.photometric === 6 ? ([[530, type.short, [2, 2]]] as const) : []),
    ...more,
  ],
  tiles,
});
