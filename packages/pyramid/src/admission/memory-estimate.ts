import type { BlockPlan } from "./blocks.ts";
import type { SourceRaster } from "./source-raster.ts";

/** What a child takes that has next to nothing to do. */
export const childBytes = 32 * 2 ** 20;
/** Tiles in flight, for each pixel of a block's width. */
const bytesInFlight = (tileSizePx: number): number => 1_996 + 5.5 * tileSizePx;
/** libvips keeps two rows of a source's tiles, and a little more. */
const sourceRows = 2.25;
/** A strip or a tile is read as it is stored before it is decoded. */
const storedPieces = 1.2;

export interface MemoryEstimate {
  readonly bytes: number;
  /** Why this image takes memory in proportion to its pixels, as the end of a sentence; null for one that streams. */
  readonly wholeFrame: string | null;
}

/**
 * Private memory that tiling takes at most, from the header. The numbers here are fitted to `npm run bench:memory`,
 * whose table is in docs/performance.md: no estimate there is below what was measured.
 */
export function estimateMemory(
  { widthPx, heightPx, channels, sampleBytes, orientation, tileHeightPx, pieceBytes, frame }: SourceRaster,
  { blocks }: BlockPlan,
  tileSizePx: number,
): MemoryEstimate {
  const blockWidthPx = Math.max(...blocks.map((block) => block.widthPx));
  const pixelBytes = channels * sampleBytes;
  // libvips keeps a decoded copy to rotate; a mirror image alone (2) still streams.
  const rotatedBytes = orientation > 2 ? pixelBytes : 0;
  return {
    bytes:
      childBytes +
      blockWidthPx * bytesInFlight(tileSizePx) +
      widthPx * sourceRows * tileHeightPx * pixelBytes +
      storedPieces * pieceBytes +
      widthPx * heightPx * ((frame?.bytesPerPixel ?? 0) + rotatedBytes),
    wholeFrame: frame?.reason ?? (rotatedBytes > 0 ? "it has to be turned upright" : null),
  };
}
