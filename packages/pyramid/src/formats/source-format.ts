import type { FileBytes } from "../bytes/file-bytes.ts";
import { PyramidError } from "../errors.ts";
import type { Size } from "../geometry.ts";
import type { ImageFormat } from "../names.ts";

/** What a file turned out to be. */
export interface Told {
  readonly format: ImageFormat;
  /** What it says its picture measures, to hold its decoder's word against; null where that is left to the decoder. */
  readonly stated: Size | null;
}

/** Files that begin alike. */
export interface Signature {
  /** Whether these first bytes are the whole of it: bytes that anybody could put anywhere are not. */
  readonly begins: (head: Buffer) => boolean;
  /**
   * Reads on for as long as the file could still be something else.
   *
   * @throws PyramidError UNSUPPORTED_FORMAT a kind that is not read here; CORRUPT_IMAGE what follows does not fit.
   */
  readonly tell: (file: FileBytes) => Promise<Told>;
}

export const isAt = (bytes: Buffer, position: number, text: string): boolean =>
  bytes.toString("latin1", position, position + text.length) === text;

export const damaged = (format: string, cause: string): PyramidError =>
  new PyramidError("CORRUPT_IMAGE", `The ${format} is damaged or incomplete and could not be decoded.`, { cause });

export const unsupported = (sentence: string): PyramidError => new PyramidError("UNSUPPORTED_FORMAT", sentence);
