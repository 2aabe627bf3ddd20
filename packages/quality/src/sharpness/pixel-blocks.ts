import { bandCount, bandOf } from "./bands.ts";

const side = 8;

/** Rows of the orthonormal DCT-II: frequency by sample. */
const basis = Float64Array.from({ length: side * side }, (_, i) => {
  const [frequency, sample] = [Math.floor(i / side), i % side];
  const scale = frequency === 0 ? Math.sqrt(1 / side) : Math.sqrt(2 / side);
  return scale * Math.cos(((2 * sample + 1) * frequency * Math.PI) / (2 * side));
});

/** Band of each coefficient, by u + 8 v; -1 for none. */
const bandAt = Int8Array.from({ length: side * side }, (_, i) => bandOf(i % side, i >> 3) ?? -1);

export interface BlockEnergies {
  readonly columns: number;
  readonly rows: number;
  /** As those of `JpegBlocks`. */
  readonly energies: Float64Array;
}

/**
 * The same of decoded pixels, for tiles that are no JPEG or reach over an edge. Blocks that are not whole are left out.
 */
export function pixelBlocks(rgb: Uint8Array, widthPx: number, heightPx: number): BlockEnergies {
  const [columns, rows] = [widthPx >> 3, heightPx >> 3];
  const energies = new Float64Array(columns * rows * bandCount);
  const luma = new Float64Array(side * side);
  const half = new Float64Array(side * side);
  for (let block = 0; block < columns * rows; block++) {
    const left = (block % columns) * side;
    const top = Math.floor(block / columns) * side;
    for (let i = 0; i < luma.length; i++) {
      const at = ((top + (i >> 3)) * widthPx + left + (i & 7)) * 3;
      luma[i] = 0.299 * (rgb[at] ?? 0) + 0.587 * (rgb[at + 1] ?? 0) + 0.114 * (rgb[at + 2] ?? 0);
    }
    transform(luma, half);
    transform(half, luma);
    addBands(luma, energies, block * bandCount);
  }
  return { columns, rows, energies };
}

/** Each row of `from` by frequency, into the columns of `to`: twice, and both directions are done. */
function transform(from: Float64Array, to: Float64Array): void {
  for (let row = 0; row < side; row++) {
    for (let frequency = 0; frequency < side; frequency++) {
      let sum = 0;
      for (let i = 0; i < side; i++) sum += (from[row * side + i] ?? 0) * (basis[frequency * side + i] ?? 0);
      to[frequency * side + row] = sum;
    }
  }
}

function addBands(coefficients: Float64Array, energies: Float64Array, at: number): void {
  for (const [i, value] of coefficients.entries()) {
    const band = bandAt[i] ?? -1;
    if (band >= 0) energies[at + band] = (energies[at + band] ?? 0) + (value * value) / coefficients.length;
  }
}
