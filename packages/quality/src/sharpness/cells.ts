export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * No more than a layer may have: `analysisLimits.gridCells`, which would take the child a tenth of a second to import.
 */
export const mostCells = 1_000_000;

/** Squares that the image is divided into, from the top left; the last ones may reach over the edge. */
export interface Cells extends Size {
  readonly cellSizePx: number;
  readonly columns: number;
  readonly rows: number;
}

/** Cells of the given size; of a larger one where they would be more than a layer may have. */
export function divide({ widthPx, heightPx }: Size, cellSizePx: number): Cells {
  const columns = Math.ceil(widthPx / cellSizePx);
  const rows = Math.ceil(heightPx / cellSizePx);
  if (columns * rows > mostCells) return divide({ widthPx, heightPx }, 2 * cellSizePx);
  return { widthPx, heightPx, cellSizePx, columns, rows };
}
