import type { Cell, Channel } from "./cells.ts";
import type { SampleTiff } from "./sample-tiff.ts";

/** Reads rows of cells, one after the other, into the same memory. */
export class PixelRows {
  /** Colours of the last row's pixels, without their transparency; of one that is missing, its first is NaN. */
  readonly colours: Float64Array;
  /** How much there is of each pixel, 0 to 1; null where all are opaque. */
  readonly opacity: Float64Array | null;
  readonly #tiff: SampleTiff;
  readonly #missing: readonly [from: number, to: number];

  /** @param widthPx of the widest row. */
  constructor(tiff: SampleTiff, widthPx: number) {
    this.colours = new Float64Array(widthPx * tiff.colours);
    this.opacity = tiff.opacity && new Float64Array(widthPx);
    this.#tiff = tiff;
    this.#missing = missingSamples(tiff);
  }

  /** @param y of a cell that the file has. */
  read(channels: readonly Channel[], { widthPx, rowPx }: Cell, y: number): void {
    const { colours } = this.#tiff;
    for (let i = 0; i < colours; i++) copySamples(channels[i], y * rowPx, widthPx, this.colours, colours, i);
    this.#leaveOutMissing(widthPx);
    if (!this.opacity) return;
    copySamples(channels[colours], y * rowPx, widthPx, this.opacity, 1, 0);
    this.#applyOpacity(this.opacity, widthPx);
  }

  /** A pixel is missing if one of its samples is no finite number, or if all are what says so. */
  #leaveOutMissing(widthPx: number): void {
    const { colours: channels, samples, noData } = this.#tiff;
    if (samples !== "float" && noData === null) return;
    const { colours } = this;
    const [from, to] = this.#missing;
    for (let at = 0; at < widthPx * channels; at += channels) {
      let isMissing = true;
      for (let i = at; i < at + channels; i++) {
        const sample = colours[i] ?? 0;
        if (!(sample >= from && sample <= to)) isMissing = false;
        // Of what is infinite or no number, the difference is no number.
        if (sample - sample !== 0) {
          isMissing = true;
          break;
        }
      }
      if (isMissing) colours[at] = Number.NaN;
    }
  }

  #applyOpacity(opacity: Float64Array, widthPx: number): void {
    const { colours: channels, samples, bits, opacity: how } = this.#tiff;
    const full = samples === "float" ? 1 : 2 ** (samples === "signed" ? bits - 1 : bits) - 1;
    for (let x = 0; x < widthPx; x++) {
      const share = (opacity[x] ?? 0) / full;
      opacity[x] = share > 0 ? Math.min(1, share) : 0;
      if (!(share > 0)) this.colours[x * channels] = Number.NaN;
      else if (how?.isAssociated) this.#divide(x * channels, share);
    }
  }

  #divide(at: number, share: number): void {
    for (let i = at; i < at + this.#tiff.colours; i++) this.colours[i] = (this.colours[i] ?? 0) / share;
  }
}

function copySamples(
  channel: Channel | undefined,
  startPx: number,
  widthPx: number,
  target: Float64Array,
  targetStep: number,
  targetFirst: number,
): void {
  if (!channel) return;
  const { samples, step, first } = channel;
  for (let [from, to] = [startPx * step + first, targetFirst]; to < widthPx * targetStep; to += targetStep) {
    target[to] = samples[from] ?? Number.NaN;
    from += step;
  }
}

/** The largest of floats is written with fewer digits than it has. */
const largest = 3.4028e38;
/** How near, by all bits of a float. */
const fractionBits: Readonly<Record<number, number>> = { 16: 10, 24: 16, 32: 24 };

/** The values that say that there is none. */
function missingSamples({ noData, samples, bits }: SampleTiff): readonly [from: number, to: number] {
  if (noData === null || !Number.isFinite(noData)) return [Number.NaN, Number.NaN];
  if (noData >= largest) return [largest, Number.POSITIVE_INFINITY];
  if (noData <= -largest) return [Number.NEGATIVE_INFINITY, -largest];
  // Samples are near it, as their bits allow: GDAL doesn't round where there are few.
  const tolerance = samples === "float" ? Math.abs(noData) * 2 ** -(fractionBits[bits] ?? 53) : 0;
  return [noData - tolerance, noData + tolerance];
}
