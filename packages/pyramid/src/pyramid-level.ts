import type { Grid } from "./geometry.ts";
import type { TileFormatName } from "./names.ts";

/** Where the tiles of a stored level are, row by row. Twelve bytes per tile. */
export interface StoredLevel extends Grid {
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;
  readonly tileFormat: TileFormatName;
  /**
   * Quantisation and Huffman tables that the level's tiles share, as a JPEG stream of their own; empty in other
   * formats.
   */
  readonly jpegTables: Uint8Array;
  /** TIFF's PhotometricInterpretation: 6 YCbCr, 2 RGB. */
  readonly photometric: number;
}

/**
 * A level whose tiles were made elsewhere may have its colours at another resolution than a half in both directions.
 */
export interface WrittenLevel extends StoredLevel {
  readonly chroma?: readonly [across: number, down: number];
}
