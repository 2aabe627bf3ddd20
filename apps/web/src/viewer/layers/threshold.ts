import type { GridLayer } from "@tilewright/core/analysis";
import type { LayerChoice } from "../../analysis/layer-search.ts";
import { isLowWanted, type Threshold } from "./grid.ts";

/** The threshold that a choice asks for: its own, or the layer's where it says nothing. */
export function thresholdOf(layer: GridLayer, chosen: LayerChoice["threshold"]): Threshold {
  if (chosen === "all") return null;
  return chosen ?? layer.threshold?.value ?? null;
}

/** The end of the range at which a slider shows every cell. */
const showAllEnd = (layer: GridLayer): number => layer.range[isLowWanted(layer) ? 1 : 0];

/** Where a slider stands for a threshold. */
export function toSlider(layer: GridLayer, threshold: Threshold): number {
  const [least, most] = layer.range;
  return threshold === null ? showAllEnd(layer) : Math.min(most, Math.max(least, threshold));
}

/** The threshold that a slider's place stands for. */
export const fromSlider = (layer: GridLayer, place: number): Threshold => (place === showAllEnd(layer) ? null : place);
