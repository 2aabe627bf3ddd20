import { readFile, writeFile } from "node:fs/promises";
import { openFileSource, type WriteOptions, writePyramid } from "../src/index.ts";
import { readPages } from "../src/tiff/pages.ts";
import { readPieces } from "../src/tiff/pieces.ts";
import { composeTiff, type Picture, type } from "./composed-tiff.ts";
import { decode, type Raw } from "./smooth-image.ts";

let shownCount = 0;

/** What the pyramid of a file shows at full size. */
export async function shownOf(sourcePath: string, options: WriteOptions = {}): Promise<Raw> {
  // sharp remembers what it has read by its name.
  const targetPath = `${sourcePath}.${++shownCount}.tif`;
  await writePyramid(sourcePath, targetPath, { ...options, settings: { quality: 95, ...options.settings } });
  return decode(targetPath);
}

export async function shownOfTiff(
  sourcePath: string,
  pictures: readonly Picture[],
  order: Parameters<typeof composeTiff>[1] = {},
): Promise<Raw> {
  await writeFile(sourcePath, composeTiff(pictures, order));
  return shownOf(sourcePath);
}

/** Mean difference of samples; infinite if the sizes differ. */
export function differenceOf(a: Raw, b: Raw): number {
  if (a.width !== b.width || a.height !== b.height) return Number.POSITIVE_INFINITY;
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - (b.data[i] ?? 0)), 0) / a.data.length;
}

export const pixelAt = ({ data, width }: Raw, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

/** Samples of a picture with more channels behind its colours, all of one value each. */
export const withChannels = ({ data }: Raw, ...values: readonly number[]): Uint8Array =>
  Uint8Array.from(
    Array.from({ length: data.length / 3 }, (_, i) => [...data.subarray(i * 3, i * 3 + 3), ...values]).flat(),
  );

/** Samples of some channels of a part of a picture, as a tile that reaches beyond it holds them. */
function tileOf(
  samples: Uint8Array,
  channels: number,
  widthPx: number,
  place: readonly [number, number],
  side: number,
) {
  const tile = new Uint8Array(side * side * channels);
  const heightPx = samples.length / channels / widthPx;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [left, top] = [Math.min(place[0] + x, widthPx - 1), Math.min(place[1] + y, heightPx - 1)];
      const from = (top * widthPx + left) * channels;
      tile.set(samples.subarray(from, from + channels), (y * side + x) * channels);
    }
  }
  return tile;
}

/** All tiles of samples, row by row. */
export function tilesOf(samples: Uint8Array, channels: number, widthPx: number, side: number): Uint8Array[] {
  const heightPx = samples.length / channels / widthPx;
  const [columns, rows] = [Math.ceil(widthPx / side), Math.ceil(heightPx / side)];
  return Array.from({ length: columns * rows }, (_, i) => {
    const place = [(i % columns) * side, Math.floor(i / columns) * side] as const;
    return tileOf(samples, channels, widthPx, place, side);
  });
}

export const tileFields = (side: number): Picture["fields"] => [
  [322, type.short, [side]],
  [323, type.short, [side]],
];

const widths: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 16: 8 };
const pieceFields = [273, 279, 324, 325];

/** The pictures of a TIFF that was written little-endian, to be composed anew. */
export async function picturesIn(path: string): Promise<Picture[]> {
  const bytes = await readFile(path);
  const file = await openFileSource(path);
  const pictures: Picture[] = [];
  for (const page of await readPages(path)) {
    const { offsets, lengths } = await readPieces(file, page);
    const pieces = Array.from(offsets, (offset, i) => bytes.subarray(offset, offset + (lengths[i] ?? 0)));
    const fields: Picture["fields"] = [...page.directory.fields]
      .filter(([id]) => !pieceFields.includes(id))
      .map(([id, { type: typeOf, count, position }]) => {
        const end = position + count * (widths[typeOf] ?? 1);
        return [id, typeOf, new Uint8Array(bytes.subarray(position, end))];
      });
    pictures.push(page.tile ? { fields, tiles: pieces } : { fields, strips: pieces });
  }
  await file.close();
  return pictures;
}
