import { writeSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { Size } from "../geometry.ts";
import { appendDirectory, bigTiffHeader, field, firstLink, type } from "../making/bigtiff.ts";
import { tag } from "../reading/tiff-directory.ts";

/** What of a source's own words about its pixels is passed on. */
export interface ColourFacts {
  readonly icc?: Uint8Array | undefined;
  readonly orientation?: number | undefined;
}

/** An uncompressed TIFF, grey or RGB, that is written from top to bottom. */
export class StripTiff {
  readonly #file: FileHandle;
  readonly #size: Size;
  readonly #channels: number;
  readonly #rowsPerStrip: number;
  readonly #colours: ColourFacts;
  readonly #offsets: number[] = [];
  readonly #lengths: number[] = [];
  #next = bigTiffHeader().length;

  constructor(file: FileHandle, size: Size, channels: number, rowsPerStrip: number, colours: ColourFacts) {
    this.#file = file;
    this.#size = size;
    this.#channels = channels;
    this.#rowsPerStrip = rowsPerStrip;
    this.#colours = colours;
    writeSync(file.fd, bigTiffHeader());
  }

  /** @param rows of a strip; of the last one, what is below the image is left out. */
  write(rows: Uint8Array | Uint8ClampedArray): void {
    const { widthPx, heightPx } = this.#size;
    const rowCount = Math.min(this.#rowsPerStrip, heightPx - this.#offsets.length * this.#rowsPerStrip);
    const strip = rows.subarray(0, widthPx * rowCount * this.#channels);
    writeSync(this.#file.fd, strip);
    this.#offsets.push(this.#next);
    this.#lengths.push(strip.length);
    this.#next += strip.length;
  }

  /** After the last strip. */
  async finish(): Promise<void> {
    const { icc, orientation } = this.#colours;
    const fields = [
      field(tag.width, type.long, [this.#size.widthPx]),
      field(tag.height, type.long, [this.#size.heightPx]),
      field(tag.bitsPerSample, type.short, Array(this.#channels).fill(8)),
      field(tag.compression, type.short, [1]),
      field(tag.photometric, type.short, [this.#channels === 1 ? 1 : 2]),
      field(tag.stripOffsets, type.long8, this.#offsets),
      field(tag.orientation, type.short, [orientation ?? 1]),
      field(tag.samplesPerPixel, type.short, [this.#channels]),
      field(tag.rowsPerStrip, type.long, [this.#rowsPerStrip]),
      field(tag.stripLengths, type.long, this.#lengths),
      field(tag.planarConfiguration, type.short, [1]),
      ...(icc ? [field(tag.iccProfile, type.undefined, icc)] : []),
    ];
    await appendDirectory(this.#file, fields, firstLink);
  }
}
