import { writeFile } from "node:fs/promises";
import { writeDirectories } from "../src/making/write-levels.ts";
import { bigTiffHeader } from "../src/tiff/write-directory.ts";
import { asSharp, smoothImage } from "./smooth-image.ts";

const tileSizePx = 256;

/**
 * A TIFF of any size in a small file, made at once: each of its tiles is the same few bytes. Its only tables are in the
 * tile itself, and a byte behind its end keeps it from being taken over as it is.
 */
export async function writeEndlessTiff(path: string, widthPx: number, heightPx: number): Promise<void> {
  const jpeg = await asSharp(smoothImage(tileSizePx, tileSizePx)).jpeg({ chromaSubsampling: "4:2:0" }).toBuffer();
  const tile = Buffer.concat([jpeg, Buffer.alloc(1)]);
  const header = bigTiffHeader();
  await writeFile(path, Buffer.concat([header, tile]));
  const columns = Math.ceil(widthPx / tileSizePx);
  const rows = Math.ceil(heightPx / tileSizePx);
  const level = {
    widthPx,
    heightPx,
    columns,
    rows,
    offsets: new Float64Array(columns * rows).fill(header.length),
    lengths: new Uint32Array(columns * rows).fill(tile.length),
    tileFormat: "jpeg" as const,
    jpegTables: Uint8Array.of(0xff, 0xd8, 0xff, 0xd9),
    photometric: 6,
  };
  await writeDirectories(path, tileSizePx, [level]);
}
