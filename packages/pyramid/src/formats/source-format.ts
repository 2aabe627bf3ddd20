import type { FileBytes } from "../bytes/file-bytes.ts";
import { PyramidError } from "../errors.ts";
import type { ImageFacts } from "../facts.ts";
import type { Size } from "../geometry.ts";
import type { ImageFormat } from "../names.ts";
import type { TiffContents } from "../tiff/pages.ts";
import type { VipsLoader } from "../vips/system-vips.ts";
import type { Decoder } from "./decoder.ts";

/** All that this package knows of a format that a source may have, and of no other. */
export interface SourceFormat {
  readonly name: ImageFormat;
  /** As people call it. */
  readonly label: string;
  /** How its files begin; none for a maker's own kind of TIFF. No file begins as two formats do. */
  readonly signatures: readonly Signature[];
  /** Whether a TIFF is of this maker's own kind, which others read wrong. @param contents as its directories say. */
  readonly isOwnTiff?: (path: string, contents: TiffContents) => Promise<boolean>;
  /** Who decodes it and nobody else, or how that is told from the file. */
  readonly decoder: Decoder | ((source: Source) => Promise<Decoder>);
  /** What people know it by, and what reading that takes of the system beyond what is built in. */
  readonly readable: readonly ReadableKind[];
  /**
   * Unpacks what came as one file but is several.
   *
   * @param reserveBytes what is to be left free on the disk. @returns the file that is opened, within `scratchPath`.
   */
  readonly unpack?: (path: string, scratchPath: string, reserveBytes: number) => Promise<string>;
  /** Writes a copy, if it takes one, of which a warning of the decoder means damage. @returns the file to be read. */
  readonly clean?: (path: string, scratchPath: string) => Promise<string>;
  /** What the decoder would not notice about the pixels, and the memory that it takes to look. */
  readonly pixelCheck?: {
    readonly bytes: (widthPx: number) => number;
    readonly require: (path: string) => Promise<void>;
  };
  /** What its decoder holds for every pixel of an image; null for one that streams, as all do without this. */
  readonly wholeFrame?: (header: FrameHeader) => WholeFrame | null;
  /**
   * What a preview is made of that is there much sooner than the pyramid: a `scan`, of whose blocks an eighth is
   * decoded; `pages`, smaller copies, tiles or rows within the file; `never`, not even if its reader has smaller sizes,
   * as all slides' readers have.
   */
  readonly preview?: "scan" | "pages" | "never";
  /** Of photographs, dark is meant: what their decoders give in 16 bits uses all of these. */
  readonly isPhotograph?: true;
  /** Whether what libvips calls pages are sizes of the one picture. */
  readonly pagesAreSizes?: true;
  /** What is said of a slide that its reader does not open, if that needn't be damage. */
  readonly unopened?: string;
  /** For docs/formats.md: what is to be known of it, in whole sentences. */
  readonly note?: string;
  /** For docs/formats.md: what of it is refused, as items of a list. */
  readonly refuses?: readonly string[];
}

/** A source of which it is known what it is. */
export interface Source {
  readonly path: string;
  readonly format: SourceFormat;
  /** What it says its picture measures, to hold its decoder's word against; null where that is left to the decoder. */
  readonly stated: Size | null;
  /** Of a TIFF; without pages of what is none, or goes to a reader of its own. */
  readonly contents: TiffContents;
}

/** A name in the list of what is readable. */
export interface ReadableKind {
  readonly name: string;
  /** Readers of the system's `vips`, or OpenJPEG's program; none if it is built in. */
  readonly takes: readonly (VipsLoader | "opj_decompress")[];
  /** Whether it is a rarer kind of a format that is in the list already. */
  readonly isVariant?: true;
}

/** What of a header decides how much memory a decoder takes. */
export type FrameHeader = Pick<ImageFacts, "channels" | "bitDepth" | "hasAlpha"> & {
  readonly isProgressive: boolean;
  /** Such as `4:2:0`. */
  readonly chromaSubsampling: string | null;
};

export interface WholeFrame {
  readonly bytesPerPixel: number;
  /** The end of a sentence. */
  readonly reason: string;
}

/** What a file's first bytes tell. */
export interface Told {
  readonly format: ImageFormat;
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
