import type { Cells } from "../sharpness/cells.ts";
import type { Mask } from "./mask.ts";
import type { Overview } from "./overview.ts";

/** How much of each cell a mask covers, 0 to 1. */
export function cellShares(mask: Mask, { scale }: Overview, cells: Cells): Float64Array {
  const { columns, cellSizePx } = cells;
  if (scale > cellSizePx) return sampled(mask, scale, cells);
  const covered = new Float64Array(columns * cells.rows);
  const all = new Float64Array(columns * cells.rows);
  for (let y = 0; y < mask.heightPx; y++) {
    for (let x = 0; x < mask.widthPx; x++) {
      const cell = Math.floor((y * scale) / cellSizePx) * columns + Math.floor((x * scale) / cellSizePx);
      all[cell] = (all[cell] ?? 0) + 1;
      covered[cell] = (covered[cell] ?? 0) + (mask.data[y * mask.widthPx + x] ?? 0);
    }
  }
  return covered.map((count, cell) => count / (all[cell] || 1));
}

/** A cell that is smaller than a pixel of the overview has the pixel that its middle lies in. */
function sampled(mask: Mask, scale: number, { columns, rows, cellSizePx }: Cells): Float64Array {
  return Float64Array.from({ length: columns * rows }, (_, cell) => {
    const x = Math.floor((((cell % columns) + 0.5) * cellSizePx) / scale);
    const y = Math.floor(((Math.floor(cell / columns) + 0.5) * cellSizePx) / scale);
    return mask.data[Math.min(y, mask.heightPx - 1) * mask.widthPx + Math.min(x, mask.widthPx - 1)] ?? 0;
  });
}
