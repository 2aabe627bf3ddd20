import type { Sharp } from "sharp";
import type { ReadAhead } from "../bytes/read-ahead.ts";
import type { PyramidSettings } from "../limits.ts";
import type { WrittenLevel } from "../pyramid-level.ts";
import type { Directory } from "../tiff/read-directory.ts";
import type { Field } from "../tiff/write-directory.ts";

/** Tiles found in a part of a file. */
export interface CountedTiles {
  readonly tiles: number;
  /**
   * How far the count has come, from the part's beginning; it may lie behind its end. What follows from there may be
   * the beginning of a tile, and has to come again.
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
  /** By how much a tile as an image of its own is longer than what is stored of it. */
  headBytes(tables: Uint8Array): number;
  /**
   * Makes a stored tile an image of its own, without decoding; false if it is none of this format.
   *
   * @param tile what is stored, behind so many bytes of no meaning as `headBytes` says.
   */
  completeTile(tile: Buffer, tables: Uint8Array): boolean;
  /**
   * How a tile that is not stored is compressed: at a quality that leaves no visible second generation of artefacts.
   */
  encode(image: Sharp): Sharp;
}
