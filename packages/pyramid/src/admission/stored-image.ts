import type { Metadata } from "sharp";
import type { Size } from "../geometry.ts";

/** What of an image decides how much memory it takes to tile. Its size is that of its rows, before it is turned. */
export interface StoredImage extends Size {
  readonly channels: number;
  readonly sampleBytes: number;
  readonly orientation: number;
  /** Rows that are decoded together. */
  readonly tileHeightPx: number;
  /** Of the largest strip or tile as it is stored; 0 for formats without. */
  readonly pieceBytes: number;
  /** What its decoder takes for every pixel; null if it streams. */
  readonly frame: WholeFrame | null;
}

export interface WholeFrame {
  readonly bytesPerPixel: number;
  /** The end of a sentence. */
  readonly reason: string;
}

/** Readers of formats without tiles take about as much as with tiles of this height. */
export const usualTileHeightPx = 256;

/** As sharp reads it. */
export const storedImage = (metadata: Metadata, tileHeightPx = usualTileHeightPx, pieceBytes = 0): StoredImage => ({
  widthPx: metadata.width,
  heightPx: metadata.height,
  channels: metadata.channels,
  sampleBytes: metadata.depth === "ushort" ? 2 : 1,
  orientation: metadata.orientation ?? 1,
  tileHeightPx,
  pieceBytes,
  frame: wholeFrame(metadata),
});

function wholeFrame({ format, isProgressive, channels, depth, chromaSubsampling }: Metadata): WholeFrame | null {
  if (format === "jpeg" && isProgressive) {
    // Coefficients of 16 bits for each stored sample, and a little more.
    const samples = { "4:2:0": 1.5, "4:2:2": 2 }[chromaSubsampling ?? ""] ?? channels;
    return { bytesPerPixel: 2.06 * samples, reason: "it is a progressive JPEG" };
  }
  if (format === "png" && isProgressive) {
    return { bytesPerPixel: channels * (depth === "ushort" ? 2 : 1), reason: "it is an interlaced PNG" };
  }
  if (format === "webp") return { bytesPerPixel: 7.75, reason: "it is a WebP" };
  if (format === "gif") return { bytesPerPixel: 4, reason: "it is a GIF" };
  if (format === "heif") return { bytesPerPixel: 17, reason: "it is an AVIF" };
  return null;
}
