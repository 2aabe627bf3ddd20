import type { ImageFacts } from "../facts.ts";
import type { ToolLimits } from "./run-tool.ts";

/** Slow decoders take a microsecond for a pixel. */
const cpuSecondsPerPixel = 20e-6;
/** Of the pixels as they are; tiles are filled up at the edges. */
const mostGrowth = 8;

/**
 * What the system ends a decoder for that takes far more than the image explains. @param memoryBytes as it may take.
 */
export function limitsFor(
  { widthPx, heightPx, channels, bitDepth }: Pick<ImageFacts, "widthPx" | "heightPx" | "channels" | "bitDepth">,
  memoryBytes: number,
): ToolLimits {
  const pixels = widthPx * heightPx;
  return {
    cpuSeconds: 600 + Math.ceil(pixels * cpuSecondsPerPixel),
    // Of this, much is never touched; what is, is watched.
    memoryBytes: memoryBytes + 512 * 2 ** 20,
    fileBytes: 64 * 2 ** 20 + mostGrowth * pixels * (channels + 1) * Math.ceil(bitDepth / 8),
    timeoutMs: null,
  };
}
