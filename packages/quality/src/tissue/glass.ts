import type { Overview } from "../overview/overview.ts";

export type Colour = readonly [red: number, green: number, blue: number];

/** What light that passes through nothing but glass looks like. */
export interface Glass {
  readonly colour: Colour;
  /** Of the overview's pixels. */
  readonly fraction: number;
}

const leastBrightness = 170;
const mostSaturation = 30;
const nearby = 12;
/** Between neighbours; a sensor's noise stays below. */
const mostStep = 8;
const leastPeak = 0.15;
const leastFraction = 0.005;
/** Where none is to be seen. */
const usual: Colour = [245, 245, 245];

/**
 * A peak of each channel's values among bright pixels without colour, and how many pixels are near all three. Pixels at
 * edges are left out, where JPEG makes brighter ones than there are.
 */
export function findGlass({ rgb, widthPx }: Overview): Glass {
  const [reds, greens, blues] = [new Int32Array(256), new Int32Array(256), new Int32Array(256)];
  let bright = 0;
  for (let i = 0; i < rgb.length; i += 3) {
    const [red, green, blue] = [rgb[i] ?? 0, rgb[i + 1] ?? 0, rgb[i + 2] ?? 0];
    const least = Math.min(red, green, blue);
    if (least < leastBrightness || Math.max(red, green, blue) - least > mostSaturation) continue;
    if (!isEven(rgb, i, widthPx * 3)) continue;
    bright += 1;
    reds[red] = (reds[red] ?? 0) + 1;
    greens[green] = (greens[green] ?? 0) + 1;
    blues[blue] = (blues[blue] ?? 0) + 1;
  }
  if (bright === 0) return { colour: usual, fraction: 0 };
  const colour: Colour = [peakOf(reds), peakOf(greens), peakOf(blues)];
  const fraction = countNear(rgb, colour) / (rgb.length / 3);
  return fraction >= leastFraction ? { colour, fraction } : { colour: usual, fraction: 0 };
}

/** Whether the pixel at `i` is like those on its four sides. */
function isEven(rgb: Uint8Array, i: number, rowBytes: number): boolean {
  for (const offset of [-3, 3, -rowBytes, rowBytes]) {
    for (let channel = i; channel < i + 3; channel++) {
      const value = rgb[channel] ?? 0;
      if (Math.abs((rgb[channel + offset] ?? value) - value) > mostStep) return false;
    }
  }
  return true;
}

function countNear(rgb: Uint8Array, [red, green, blue]: Colour): number {
  let near = 0;
  for (let i = 0; i < rgb.length; i += 3) {
    const isNear =
      Math.abs((rgb[i] ?? 0) - red) <= nearby &&
      Math.abs((rgb[i + 1] ?? 0) - green) <= nearby &&
      Math.abs((rgb[i + 2] ?? 0) - blue) <= nearby;
    if (isNear) near += 1;
  }
  return near;
}

/**
 * The brightest of the values where there are more than around them, if that is a good part of the most there are
 * anywhere: nothing on a slide is brighter than its glass, however little of it is to be seen.
 */
function peakOf(counts: Int32Array): number {
  const sums = counts.map((count, i) => (counts[i - 1] ?? 0) + count + (counts[i + 1] ?? 0));
  const least = leastPeak * sums.reduce((most, sum) => Math.max(most, sum), 0);
  return sums.findLastIndex((sum, i) => sum >= least && sum >= (sums[i - 1] ?? 0));
}
