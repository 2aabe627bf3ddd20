import type { Plane } from "./composed-jpeg2000.ts";
import type { Raw } from "./smooth-image.ts";

/** One of a pixel's values, averaged over as many pixels as a sample stands for. */
export function plane(
  { data, width, height }: Raw,
  across: number,
  down: number,
  value: (rgb: Uint8Array) => number,
): Plane {
  const [columns, rows] = [Math.ceil(width / across), Math.ceil(height / down)];
  const samples = Uint8Array.from({ length: columns * rows }, (_, i) => {
    let [sum, count] = [0, 0];
    for (let y = Math.floor(i / columns) * down, end = Math.min(y + down, height); y < end; y++) {
      for (let x = (i % columns) * across, stop = Math.min(x + across, width); x < stop; x++) {
        sum += value(data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3));
        count += 1;
      }
    }
    return Math.round(sum / count);
  });
  return { samples, width: columns, height: rows, across, down };
}

const weighed =
  (weights: readonly [number, number, number], middle: number) =>
  ([r = 0, g = 0, b = 0]: Uint8Array): number =>
    Math.max(0, Math.min(255, middle + weights[0] * r + weights[1] * g + weights[2] * b));
/** Brightness and two differences of colour, these at less than full resolution. */
export const ycc = (raw: Raw, across: number, down: number): Plane[] => [
  plane(raw, 1, 1, weighed([0.299, 0.587, 0.114], 0)),
  plane(raw, across, down, weighed([-0.1687, -0.3313, 0.5], 128)),
  plane(raw, across, down, weighed([0.5, -0.4187, -0.0813], 128)),
];
export const rgb = (raw: Raw, across = 1, down = 1): Plane[] =>
  [0, 1, 2].map((i) => plane(raw, across, down, (pixel) => pixel[i] ?? 0));
