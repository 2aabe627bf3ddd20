import type { Measured } from "../measured.ts";
import { countOf } from "../overview/mask.ts";

/** Shares of the whole, 0 to 1; null where there is nothing to tell them of. */
export interface Fractions {
  /** Of the image; null for a picture. */
  readonly tissue: number | null;
  /** Of the image. */
  readonly pen: number;
  /** Of the tissue in cells that are judged, or of a picture. What has no structure is not blurred. */
  readonly blurred: number | null;
  readonly structureless: number | null;
  readonly underexposed: number | null;
  readonly overexposed: number | null;
}

export function fractionsOf(measured: Measured): Fractions {
  const { subject, tissue, pen, exposure, sharpness, judged, parameters } = measured;
  const tissuePx = countOf(tissue);
  const pixels = tissue.data.length;
  let [all, blurred, structureless] = [0, 0, 0];
  for (const [cell, value] of sharpness.entries()) {
    if (judged[cell] === 0) continue;
    const area = areaOf(measured, cell);
    all += area;
    if (Number.isNaN(value)) structureless += area;
    else if (value < parameters.sharpnessThreshold) blurred += area;
  }
  return {
    tissue: subject === "slide" ? tissuePx / pixels : null,
    pen: countOf(pen) / pixels,
    blurred: all > 0 ? blurred / all : null,
    structureless: all > 0 ? structureless / all : null,
    underexposed: tissuePx > 0 ? exposure.underexposed : null,
    overexposed: tissuePx > 0 ? exposure.overexposed : null,
  };
}

/** Of the tissue in a cell, as far as it lies within the image. */
function areaOf({ cells, shares }: Measured, cell: number): number {
  const { cellSizePx, columns, widthPx, heightPx } = cells;
  const width = Math.min(cellSizePx, widthPx - (cell % columns) * cellSizePx);
  const height = Math.min(cellSizePx, heightPx - Math.floor(cell / columns) * cellSizePx);
  return (shares[cell] ?? 0) * width * height;
}
