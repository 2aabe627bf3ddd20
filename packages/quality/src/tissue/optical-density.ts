import type { Overview } from "../overview/overview.ts";
import type { Colour } from "./glass.ts";

/** By value: how much of the light that the glass lets through is taken away, as a power of ten. Never below 0. */
const densityTable = (full: number): Float32Array =>
  Float32Array.from({ length: 256 }, (_, value) => Math.max(0, Math.log10((full + 1) / (value + 1))));

/** One for each channel. */
export const densityTables = ([red, green, blue]: Colour): readonly [Float32Array, Float32Array, Float32Array] => [
  densityTable(red),
  densityTable(green),
  densityTable(blue),
];

/** Of each pixel the density of its densest channel: stains, even pale ones, take one colour more than the others. */
export function densestChannel({ rgb }: Overview, glass: Colour): Float32Array {
  const [reds, greens, blues] = densityTables(glass);
  const density = new Float32Array(rgb.length / 3);
  for (let i = 0; i < density.length; i++) {
    const [red, green, blue] = [rgb[3 * i] ?? 0, rgb[3 * i + 1] ?? 0, rgb[3 * i + 2] ?? 0];
    density[i] = Math.max(reds[red] ?? 0, greens[green] ?? 0, blues[blue] ?? 0);
  }
  return density;
}
