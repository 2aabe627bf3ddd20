import type { AnalysisField } from "@tilewright/core/analysis";
import type { Measured } from "../measured.ts";

const mostFields = 20;
/** Cells closer than that to one that was named already are of the same field. */
const nearCells = 3;

/** The least sharp cells below the threshold, the worst first, and each some way from the others. */
export function worstFields({ cells, sharpness, parameters }: Measured): AnalysisField[] {
  const { columns, cellSizePx, widthPx, heightPx } = cells;
  const place = (cell: number): readonly [number, number] => [cell % columns, Math.floor(cell / columns)];
  const blurred = [...sharpness.keys()].filter((cell) => (sharpness[cell] ?? 0) < parameters.sharpnessThreshold);
  blurred.sort((a, b) => (sharpness[a] ?? 0) - (sharpness[b] ?? 0) || a - b);
  const named: number[] = [];
  for (const cell of blurred) {
    if (named.length === mostFields) break;
    const [column, row] = place(cell);
    const isNear = named.some((other) => {
      const [otherColumn, otherRow] = place(other);
      return Math.max(Math.abs(column - otherColumn), Math.abs(row - otherRow)) < nearCells;
    });
    if (!isNear) named.push(cell);
  }
  return named.map((cell) => {
    const [xPx, yPx] = place(cell).map((position) => position * cellSizePx) as [number, number];
    return {
      label: "Blurred",
      layer: "sharpness",
      value: Math.round((sharpness[cell] ?? 0) * 1_000) / 1_000,
      ...{ xPx, yPx, widthPx: Math.min(cellSizePx, widthPx - xPx), heightPx: Math.min(cellSizePx, heightPx - yPx) },
    };
  });
}
