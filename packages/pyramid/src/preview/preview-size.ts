import type { Size } from "../geometry.ts";

/** No side of a preview is longer. */
export const longestSidePx = 2_048;

/**
 * About `largestPx` for the longer side, in whole pixels that hardly change the image's shape: what is seen in the
 * preview must not move when the pyramid takes its place.
 */
export function previewSize({ widthPx, heightPx }: Size, largestPx = longestSidePx): Size {
  const largest = Math.min(largestPx, longestSidePx);
  const [long, short] = [Math.max(widthPx, heightPx), Math.min(widthPx, heightPx)];
  let best = { side: largest, other: 1, stretch: Number.POSITIVE_INFINITY };
  for (let side = largest; side > 0.9 * largest && best.stretch > 0.02; side -= 1) {
    const exact = (side * short) / long;
    const other = Math.max(1, Math.round(exact));
    const stretch = Math.abs(other - exact);
    if (stretch < best.stretch) best = { side, other, stretch };
  }
  return widthPx >= heightPx
    ? { widthPx: best.side, heightPx: best.other }
    : { widthPx: best.other, heightPx: best.side };
}
