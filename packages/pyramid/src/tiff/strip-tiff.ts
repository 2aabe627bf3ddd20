import { readSync, writeSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { Size } from "../geometry.ts";
import { compression, fieldType, photometric, planarConfiguration, tag } from "./numbers.ts";
import { appendDirectory, bigTiffHeader, field, firstLink } from "./write-directory.ts";

/** What of a source's own words about its pixels is passed on. */
export interface ColourFacts {
  readonly icc?: Uint8Array | undefined;
  readonly orientation?: number | undefined;
}

/** An uncompressed TIFF of 8 bits, grey or RGB. */
export interface StripLayout extends Size {
  readonly channels: 1 | 3;
  readonly rowsPerStrip: number;
}

/**
 * Writes a strip to its place: in any order, and from any thread.
 *
 * @param rows of the strip; of the last one, what is below the image is left out.
 */
export function writeStrip(fd: number, layout: StripLayout, index: number, rows: Uint8Array | Uint8ClampedArray): void {
  writeSync(fd, rows, 0, stripBytes(layout, index), stripOffset(layout, index));
}

/** Lets a row go on to the end of the picture, over whatever is there. */
export function repeatRow(fd: number, layout: StripLayout, row: number): void {
  const rows = { ...layout, rowsPerStrip: 1 };
  const pixels = new Uint8Array(stripBytes(rows, row));
  readSync(fd, pixels, 0, pixels.length, stripOffset(rows, row));
  for (let below = row + 1; below < layout.heightPx; below++) writeStrip(fd, rows, below, pixels);
}

/** After the last strip: what makes a TIFF of them. */
export async function finishStripTiff(file: FileHandle, layout: StripLayout, colours: ColourFacts): Promise<void> {
  const { widthPx, heightPx, channels, rowsPerStrip } = layout;
  const strips = Array.from({ length: Math.ceil(heightPx / rowsPerStrip) }, (_, index) => index);
  const of = (read: typeof stripBytes): number[] => strips.map((index) => read(layout, index));
  const fields = [
    field(tag.width, fieldType.long, [widthPx]),
    field(tag.height, fieldType.long, [heightPx]),
    field(tag.bitsPerSample, fieldType.short, Array(channels).fill(8)),
    field(tag.compression, fieldType.short, [compression.none]),
    field(tag.photometric, fieldType.short, [channels === 1 ? photometric.blackIsZero : photometric.rgb]),
    field(tag.stripOffsets, fieldType.long8, of(stripOffset)),
    field(tag.orientation, fieldType.short, [colours.orientation ?? 1]),
    field(tag.samplesPerPixel, fieldType.short, [channels]),
    field(tag.rowsPerStrip, fieldType.long, [rowsPerStrip]),
    field(tag.stripLengths, fieldType.long, of(stripBytes)),
    field(tag.planarConfiguration, fieldType.short, [planarConfiguration.chunky]),
    ...(colours.icc ? [field(tag.iccProfile, fieldType.undefined, colours.icc)] : []),
  ];
  const header = bigTiffHeader();
  await file.write(header, 0, header.length, 0);
  await appendDirectory(file, fields, firstLink);
}

const stripOffset = ({ widthPx, channels, rowsPerStrip }: StripLayout, index: number): number =>
  bigTiffHeader().length + index * rowsPerStrip * widthPx * channels;

const stripBytes = ({ widthPx, heightPx, channels, rowsPerStrip }: StripLayout, index: number): number =>
  Math.min(rowsPerStrip, heightPx - index * rowsPerStrip) * widthPx * channels;
