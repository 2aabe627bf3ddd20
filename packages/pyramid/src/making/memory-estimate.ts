import type { Metadata } from "sharp";
import type { BlockPlan } from "./blocks.ts";

/** What an idle child takes. Measured: 17 MiB. */
const childBytes = 16 * 2 ** 20;
/** Tiles in flight, for each pixel of a block's width. Measured: 2.6 kB with 256 px tiles, 4 kB with 512 px. */
const bytesInFlight = (tileSizePx: number): number => 1_164 + 5.5 * tileSizePx;
/** libvips keeps two rows of a source's tiles; readers of other formats take about as much as with tiles of 256 px. */
const sourceRows = 2;
const usualTileHeightPx = 256;

export interface MemoryEstimate {
  readonly bytes: number;
  /** Why this image takes memory in proportion to its pixels, as the end of a sentence; null for one that streams. */
  readonly wholeFrame: string | null;
}

/** Private memory that tiling will take, from the header and from measurements on images of 36 to 800 megapixels. */
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
    // Coefficients of 16 bits for each stored sample. Measured: 2.9 bytes at 4:2:0, 5.8 at 4:4:4.
    const samples = { "4:2:0": 1.5, "4:2:2": 2 }[chromaSubsampling ?? ""] ?? channels;
    return { bytesPerPixel: 2 * samples, reason: "it is a progressive JPEG" };
  }
  if (format === "png" && isProgressive) return { bytesPerPixel: pixelBytes, reason: "it is an interlaced PNG" };
  if (format === "webp") return { bytesPerPixel: 7.5, reason: "it is a WebP" };
  if (format === "gif") return { bytesPerPixel: 4, reason: "it is a GIF" };
  if (format === "heif") return { bytesPerPixel: 17, reason: "it is an AVIF" };
  return null;
}
