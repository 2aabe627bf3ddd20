import type { Size } from "../geometry.ts";
import { type BlockPlan, planBlocks } from "./blocks.ts";
import { estimateMemory, type MemoryEstimate } from "./memory-estimate.ts";
import { choosePadding } from "./padding.ts";
import type { SourceRaster } from "./source-raster.ts";

/** How an image is tiled, and the memory that this takes. @param stored the file that sharp reads then. */
export function planTiling(
  image: Size,
  stored: SourceRaster,
  tileSizePx: number,
): { plan: BlockPlan; memory: MemoryEstimate } {
  const padding = choosePadding(stored);
  const plan = planBlocks(image, tileSizePx, padding.padded);
  const { bytes, wholeFrame } = estimateMemory(stored, plan, tileSizePx);
  return { plan, memory: { bytes: bytes + padding.bytes, wholeFrame } };
}
