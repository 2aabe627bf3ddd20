import { withoutHoles, withoutSpecks } from "../overview/areas.ts";
import type { Mask } from "../overview/mask.ts";
import type { Overview } from "../overview/overview.ts";
import type { Colour } from "./glass.ts";
import { densestChannel } from "./optical-density.ts";
import { otsu } from "./otsu.ts";

const binCount = 256;
const densest = 1.5;
/** Dust, shadows and uneven light stay below the first; what is denser than the second is never glass. */
const [leastDensity, mostDensity] = [0.06, 0.12];
const leastSeparability = 0.6;
/** Specks and holes that are smaller, in pixels of the full image; and of the overview. */
const smallestFullPx = 128 ** 2;
const smallestPx = 16;

/**
 * Tissue on a slide: what is optically denser than the glass, without specks, and with small holes filled (area opening
 * and closing: L. Vincent, Morphological area openings and closings for grey-scale images, 1993).
 *
 * The threshold is Otsu's (1979) of the square root of the density, in which pale and dark tissue lie closer together;
 * where the values are not of two kinds, as on an empty slide or where all is tissue, it is the least density that
 * tissue has.
 */
export function findTissue(overview: Overview, glass: Colour, ink: Mask): Mask {
  const { widthPx, heightPx, scale } = overview;
  const density = boxMean(densestChannel(overview, glass), widthPx);
  const threshold = thresholdOf(density);
  const dense = density.map((value, i) => (value >= threshold && ink.data[i] === 0 ? 1 : 0));
  const mask: Mask = { widthPx, heightPx, data: Uint8Array.from(dense) };
  const leastPx = Math.max(smallestPx, smallestFullPx / scale ** 2);
  return withoutHoles(withoutSpecks(mask, leastPx), leastPx);
}

function thresholdOf(density: Float32Array): number {
  const counts = new Int32Array(binCount);
  const binWidth = Math.sqrt(densest) / binCount;
  for (const value of density) {
    const bin = Math.min(binCount - 1, Math.floor(Math.sqrt(value) / binWidth));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const found = otsu(counts);
  if (!found || found.separability < leastSeparability) return leastDensity;
  return Math.min(mostDensity, Math.max(leastDensity, (found.bin * binWidth) ** 2));
}

/** Mean of three by three pixels, or of as many of them as there are. */
function boxMean(values: Float32Array, widthPx: number): Float32Array {
  const rows = new Float32Array(values.length);
  const result = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const x = i % widthPx;
    const [left, right] = [x > 0 ? i - 1 : i, x < widthPx - 1 ? i + 1 : i];
    rows[i] = ((values[left] ?? 0) + (values[i] ?? 0) + (values[right] ?? 0)) / 3;
  }
  for (let i = 0; i < values.length; i++) {
    const [above, below] = [i >= widthPx ? i - widthPx : i, i + widthPx < values.length ? i + widthPx : i];
    result[i] = ((rows[above] ?? 0) + (rows[i] ?? 0) + (rows[below] ?? 0)) / 3;
  }
  return result;
}
