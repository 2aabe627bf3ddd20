import type { GridLayer } from "@tilewright/core/analysis";
import { colourAt } from "./colour-scale.ts";

/** A grid layer and its values, row by row; NaN where there is nothing to say. */
export interface Grid {
  readonly layer: GridLayer;
  readonly values: Float32Array;
}

/** The value that a cell must reach to be shown; null shows all. */
export type Threshold = number | null;

/** Where low values want a look, a cell is shown from the threshold down. */
export const isLowWanted = ({ threshold }: GridLayer): boolean => threshold?.wants === "below";

/** The value at a pixel of the image; null beside the grid and where it has none. */
export function valueAt({ layer, values }: Grid, xPx: number, yPx: number): number | null {
  const column = Math.floor((xPx - layer.originXPx) / layer.cellWidthPx);
  const row = Math.floor((yPx - layer.originYPx) / layer.cellHeightPx);
  if (column < 0 || row < 0 || column >= layer.columns || row >= layer.rows) return null;
  const value = values[row * layer.columns + column];
  return value === undefined || Number.isNaN(value) ? null : value;
}

const shades = 256;

/** RGBA, a pixel a cell. What wants a look is bright: the scale is turned round where that is the low values. */
export function paintGrid({ layer, values }: Grid, threshold: Threshold): Uint8ClampedArray<ArrayBuffer> {
  const { from, to } = scaleOf(layer);
  const table = Array.from({ length: shades }, (_, index) => colourAt(index / (shades - 1)));
  const pixels = new Uint8ClampedArray(values.length * 4);
  const isLow = isLowWanted(layer);
  for (const [index, value] of values.entries()) {
    const isClear = Number.isNaN(value) || (threshold !== null && (isLow ? value > threshold : value < threshold));
    if (isClear) continue;
    const shade = Math.round(((value - from) / (to - from)) * (shades - 1));
    pixels.set(table[Math.min(shades - 1, Math.max(0, shade))] ?? [0, 0, 0], index * 4);
    pixels[index * 4 + 3] = 255;
  }
  return pixels;
}

/** The values at the dark and at the bright end. A range without extent has all at its dark end. */
function scaleOf(layer: GridLayer): { from: number; to: number } {
  const [least, most] = layer.range;
  if (least === most) return { from: least, to: least + 1 };
  return isLowWanted(layer) ? { from: most, to: least } : { from: least, to: most };
}
