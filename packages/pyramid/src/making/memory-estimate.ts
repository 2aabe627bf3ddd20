import type { Metadata } from "sharp";
import type { BlockPlan } from "./blocks.ts";

/** What a child takes that has next to nothing to do. */
const childBytes = 32 * 2 ** 20;
/** Tiles in flight, for each pixel of a block's width. */
const bytesInFlight = (tileSizePx: number): number => 1_996 + 5.5 * tileSizePx;
/** libvips keeps two rows of a source's tiles; readers of other formats take about as much as with tiles of 256 px. */
const sourceRows = 2.25;
const usualTileHeightPx = 256;

export interface MemoryEstimate {
  readonly bytes: number;
  /** Why this image takes memory in proportion to its pixels, as the end of a sentence; null for one that streams. */
  readonly wholeFrame: string | null;
}

/**
 * Private memory that tiling takes at most, from the header. The numbers here are fitted to `npm run bench:memory`, whose
 * table is in docs/performance.md: no estimate there is below what was measured.
 */
export function estimateMemory(
  metadata: Metadata,
  plan: BlockPlan,
  tileSizePx: number,
  sourceTileHeightPx = usualTileHeightPx,
): MemoryEstimate {
  const { width, height, orientation = 1, channels } = metadata;
  const blockWidthPx = Math.max(...plan.blocks.map(({ widthPx }) => widthPx));
  const pixelBytes = channels * (metadata.depth === "ushort" ? 2 : 1);
  const frame = wholeFrame(metadata, pixelBytes);
  // libvips keeps a decoded copy to turn; a mirror image alone (2) still streams.
  const turnedBytes = orientation > 2 ? pixelBytes : 0;
  return {
    bytes:
      childBytes +
      blockWidthPx * bytesInFlight(tileSizePx) +
      width * sourceRows * sourceTileHeightPx * pixelBytes +
      width * height * ((frame?.bytesPerPixel ?? 0) + turnedBytes),
    wholeFrame: frame?.reason ?? (turnedBytes > 0 ? "it has to be turned upright" : null),
  };
}

function wholeFrame(
  { format, isProgressive, channels, chromaSubsampling }: Metadata,
  pixelBytes: number,
): { bytesPerPixel: number; reason: string } | null {
  if (format === "jpeg" && isProgressive) {
    // Coefficients of 16 bits for each stored sample, and a little more.
    const samples = { "4:2:0": 1.5, "4:2:2": 2 }[chromaSubsampling ?? ""] ?? channels;
    return { bytesPerPixel: 2.06 * samples, reason: "it is a progressive JPEG" };
  }
  if (format === "png" && isProgressive) return { bytesPerPixel: pixelBytes, reason: "it is an interlaced PNG" };
  if (format === "webp") return { bytesPerPixel: 7.75, reason: "it is a WebP" };
  if (format === "gif") return { bytesPerPixel: 4, reason: "it is a GIF" };
  if (format === "heif") return { bytesPerPixel: 17, reason: "it is an AVIF" };
  return null;
}
