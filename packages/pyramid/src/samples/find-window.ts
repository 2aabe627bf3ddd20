import { PyramidError } from "../errors.ts";
import type { SampleWindow } from "../facts.ts";
import { type Cell, cellsOf } from "./cells.ts";
import { PixelRows } from "./pixel-rows.ts";
import type { SampleTiff } from "./sample-tiff.ts";
import { sampleWindow, unsignedWindow } from "./window.ts";

/** That are kept, of a larger image. */
const mostSamples = 2_000_000;
/** Unsigned samples of up to so many bits have a black and white of their own. */
const mostRangeBits = 16;

/** Whether the samples have to be looked at before it is known what becomes black and white. */
export const hasWindow = ({ samples, bits, lab }: SampleTiff): boolean =>
  lab === null && (samples !== "unsigned" || bits > 8);

/**
 * @param onProgress told how much of it is done, 0 to 1.
 * @returns null for colours that are what they are.
 * @throws PyramidError CORRUPT_IMAGE; UNSUPPORTED_FORMAT all samples are missing.
 */
export async function findWindow(
  path: string,
  tiff: SampleTiff,
  onProgress: (share: number) => void,
): Promise<SampleWindow | null> {
  if (!hasWindow(tiff)) return null;
  const { page, samples, bits } = tiff;
  const found = new Extremes(tiff);
  for await (const cell of cellsOf(path, tiff)) {
    found.add(cell);
    onProgress((cell.topPx + cell.heightPx) / page.heightPx);
  }
  const { least, most } = found;
  if (least > most) throw nothingToSee();
  const sorted = found.sorted();
  const isGrey = tiff.colours === 1;
  if (samples === "unsigned" && bits <= mostRangeBits) {
    return unsignedWindow(sorted, bits, { isGrey, hasProfile: page.iccProfile });
  }
  return sampleWindow(sorted, { least, most });
}

/** The least and the most of all samples that there are, and some of the others. */
class Extremes {
  least = Number.POSITIVE_INFINITY;
  most = Number.NEGATIVE_INFINITY;
  readonly #rows: PixelRows;
  readonly #channels: number;
  readonly #kept: Float64Array;
  readonly #step: number;
  #keptCount = 0;
  /** Pixels until the next that is kept. */
  #until = 0;

  constructor(tiff: SampleTiff) {
    const { page, colours } = tiff;
    const pixelCount = page.widthPx * page.heightPx;
    this.#rows = new PixelRows(tiff, page.widthPx);
    this.#channels = colours;
    // Odd, so that of a pattern of two columns both are met.
    this.#step = Math.ceil((pixelCount * colours) / mostSamples) | 1;
    this.#kept = new Float64Array(Math.ceil(pixelCount / this.#step) * colours);
  }

  add(cell: Cell): void {
    if (!cell.channels) return;
    for (let y = 0; y < cell.heightPx; y++) {
      this.#rows.read(cell.channels, cell, y);
      this.#addRow(cell.widthPx);
    }
  }

  #addRow(widthPx: number): void {
    const { colours } = this.#rows;
    const channels = this.#channels;
    let { least, most } = this;
    for (let pixel = 0; pixel < widthPx * channels; pixel += channels) {
      if (Number.isNaN(colours[pixel])) continue;
      for (let i = pixel; i < pixel + channels; i++) {
        const sample = colours[i] ?? 0;
        if (sample < least) least = sample;
        if (sample > most) most = sample;
      }
    }
    [this.least, this.most] = [least, most];
    let x = this.#until;
    for (; x < widthPx; x += this.#step) this.#keep(x * channels);
    this.#until = x - widthPx;
  }

  #keep(at: number): void {
    if (Number.isNaN(this.#rows.colours[at])) return;
    for (let i = at; i < at + this.#channels; i++) this.#kept[this.#keptCount++] = this.#rows.colours[i] ?? 0;
  }

  sorted(): Float64Array {
    const kept = this.#kept.subarray(0, this.#keptCount);
    // Where nearly all is missing, it may be that none was kept.
    return kept.length > 0 ? kept.sort() : Float64Array.of(this.least, this.most);
  }
}

const nothingToSee = (): PyramidError =>
  new PyramidError(
    "UNSUPPORTED_FORMAT",
    "The image has no sample that can be shown: all are marked as missing, or are not finite numbers, such as NaN.",
  );
