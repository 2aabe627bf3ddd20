import type { Sharp } from "sharp";
import type { PyramidSettings } from "../limits.ts";
import type { Field } from "../making/bigtiff.ts";
import type { WrittenLevel } from "../making/bigtiff-writer.ts";
import type { ReadAhead } from "../reading/read-ahead.ts";
import type { Directory } from "../reading/tiff-directory.ts";

/** Tiles found in a part of a file. */
export interface CountedTiles {
  readonly tiles: number;
  /**
   * How far the count has come, from the part's beginning; it may lie behind its end. What follows from there may be the
   * beginning of a tile, and has to come again.
   */
  readonly doneBytes: number;
}

/** All that differs between pyramids of one format of tiles and of another. */
export interface TileFormat {
  /** TIFF's number for it. */
  readonly compression: number;
  /** Counts the tiles that begin in a part of a growing TIFF. */
  countTiles(bytes: Buffer, settings: PyramidSettings): CountedTiles;
  /** What the tiles of a level share. @throws PyramidError INVALID_PYRAMID */
  readTables(bytes: ReadAhead, directory: Directory): Promise<Uint8Array>;
  /** Fields of a level's directory that other formats don't have, in ascending order and after all that each has. */
  fieldsOf(level: WrittenLevel): readonly Field[];
  /** A stored tile as an image of its own, without decoding; null if it is none of this format. */
  wholeTile(stream: Uint8Array, tables: Uint8Array): Uint8Array | null;
  /** How a tile that is not stored is compressed: at a quality that leaves no visible second generation of artefacts. */
  encode(image: Sharp): Sharp;
}
