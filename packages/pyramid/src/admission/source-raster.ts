import type { Metadata } from "sharp";
import type { SourceFormat, WholeFrame } from "../formats/source-format.ts";
import type { Size } from "../geometry.ts";

/**
 * What of an image decides how much memory it takes to tile. Its size is that of its rows, before its orientation is
 * applied.
 */
export interface SourceRaster extends Size {
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

/** Readers of formats without tiles take about as much as with tiles of this height. */
export const usualTileHeightPx = 256;

/** As sharp reads it. */
export const sourceRaster = (
  format: SourceFormat,
  metadata: Metadata,
  tileHeightPx = usualTileHeightPx,
  pieceBytes = 0,
): SourceRaster => ({
  widthPx: metadata.width,
  heightPx: metadata.height,
  channels: metadata.channels,
  sampleBytes: isDeep(metadata) ? 2 : 1,
  orientation: metadata.orientation ?? 1,
  tileHeightPx,
  pieceBytes,
  frame:
    format.wholeFrame?.({
      channels: metadata.channels,
      bitDepth: isDeep(metadata) ? 16 : 8,
      hasAlpha: metadata.hasAlpha,
      isProgressive: metadata.isProgressive ?? false,
      chromaSubsampling: metadata.chromaSubsampling ?? null,
    }) ?? null,
});

const isDeep = ({ depth }: Metadata): boolean => depth === "ushort";
