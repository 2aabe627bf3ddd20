import type OpenSeadragon from "openseadragon";
import { formatQuantity } from "../../analysis/quantity.ts";
import { type Grid, valueAt } from "./grid.ts";
import styles from "./LayersPanel.module.css";
import { useLookedAt } from "./useLookedAt.ts";

interface ValueReadingProps {
  readonly viewer: OpenSeadragon.Viewer;
  readonly grid: Grid;
}

const places = { pointer: "Under the pointer", view: "In the middle of the view" } as const;

/** The grid's value where somebody looks: under the pointer, or in the middle of the view for those who use keys. */
export function ValueReading({ viewer, grid }: ValueReadingProps) {
  const lookedAt = useLookedAt(viewer);
  if (!lookedAt) return null;
  const value = valueAt(grid, lookedAt.xPx, lookedAt.yPx);
  return (
    // A pointer's values would be read out at each of its steps.
    <output className={styles["reading"]} aria-live={lookedAt.by === "pointer" ? "off" : "polite"}>
      <span>{places[lookedAt.by]}</span>
      <strong>{value === null ? "none" : formatQuantity(value, grid.layer.unit)}</strong>
    </output>
  );
}
