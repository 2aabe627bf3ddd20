import type { Size } from "../geometry.ts";
import type { JpegFrame } from "../jpeg/frame.ts";
import type { Directory } from "./read-directory.ts";

/**
 * Where a decoder finds a picture in a TIFF: the page, and below it the SubIFD, as OME-TIFF keeps its smaller levels.
 */
export interface PagePlace {
  readonly page: number;
  readonly subifd: number | null;
}

/** Of a file's first picture, or its only one. */
export const firstPlace: PagePlace = { page: 0, subifd: null };

/** What a TIFF says about one of its pictures, by TIFF's own numbers; of its colours, what its pixels say. */
export interface TiffPage extends Size {
  readonly place: PagePlace;
  /** Bits: 1 for a smaller copy of another picture, 2 for one of several pages, 4 for a mask. */
  readonly subfileType: number;
  /** Size of the picture's own tiles; null if it is stored in strips. */
  readonly tile: Size | null;
  /** Rows of a strip, at most the picture's. */
  readonly stripHeightPx: number;
  readonly compression: number;
  /** 1 none, 2 differences, 3 differences of floating-point numbers. */
  readonly predictor: number;
  readonly photometric: number;
  /** Whether its directory says the same of its colours and channels as is said here. */
  readonly isAsStated: boolean;
  /**
   * Header of its first tile or strip, if those are JPEG in colour; null for others, and where it was not looked for.
   */
  readonly jpegFrame: JpegFrame | null;
  /** Whether the first bit of a byte is its lowest. */
  readonly isBitReversed: boolean;
  /** Resolution of YCbCr's colours, across and down, as its directory says or leaves to TIFF's own default. */
  readonly statedChroma: readonly number[];
  /** Whether YCbCr keeps its colours at less than full resolution. */
  readonly isSubsampled: boolean;
  readonly orientation: number;
  readonly bitsPerSample: number;
  readonly samplesPerPixel: number;
  /** What each channel is that is no colour: 1 and 2 are transparency. */
  readonly extraSamples: readonly number[];
  /** 1 unsigned, 2 signed, 3 floating-point. */
  readonly sampleFormat: number;
  /** Whether the samples of all channels are of one kind. */
  readonly isUniform: boolean;
  /** Whether each channel is stored by itself. */
  readonly isPlanar: boolean;
  readonly iccProfile: boolean;
  /** The ImageDescription, where microscopes write; empty if there is none. */
  readonly description: string;
  readonly directory: Directory;
}

/** A page whose shape differs by more than this from the image's shows something else, such as a label. */
const shapeTolerance = 0.01;

/** Whether a page shows the same as the image, only smaller. */
export const isCopyOf = (full: Size, { widthPx, heightPx }: Size): boolean =>
  widthPx < full.widthPx && Math.abs(widthPx / heightPx / (full.widthPx / full.heightPx) - 1) <= shapeTolerance;
