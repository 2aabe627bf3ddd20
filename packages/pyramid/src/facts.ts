import type { ImageFormat, TileFormatName } from "./names.ts";

/** Which sample values become black and white, and how that was found. */
export interface SampleWindow {
  readonly black: number;
  readonly white: number;
  /**
   * What there is: the ends of the type for unsigned samples of up to 16 bits, of the image's own samples for others.
   */
  readonly least: number;
  readonly most: number;
  /**
   * `type`: all that the type can hold. `extremes`: from the least sample of the image to the most. `percentiles`: but
   * for outliers, which are a thousandth of the samples at most at either end, and far from the others.
   */
  readonly foundBy: "type" | "extremes" | "percentiles";
}

/** What the header of a source image says about it. */
export interface ImageFacts {
  readonly format: ImageFormat;
  /** Width and height as a person sees the image: after its EXIF orientation. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** EXIF orientation, 1 to 8; 1 is upright. */
  readonly orientation: number;
  readonly channels: number;
  /** Bits per sample, as stored in the file. */
  readonly bitDepth: number;
  readonly samples: "unsigned" | "signed" | "float";
  /**
   * Sample values that become black and white; in a file that stores white as its least, the other way round. Of 8 bits
   * null, and of others until the image has been read: `inspectImage` can't know it.
   */
  readonly window: SampleWindow | null;
  readonly hasAlpha: boolean;
  readonly iccProfile: boolean;
  /** libvips' name of the stored colour space: `srgb`, `b-w`, `cmyk`, `rgb16` or `grey16`. */
  readonly colourSpace: string;
  /**
   * Channels of an OME-TIFF that has a picture for each, by name or place. The pyramid shows the first; of the others
   * nothing but this. Empty where all channels are in one picture.
   */
  readonly separateChannels: readonly string[];
  /** Only one is tiled: the first, or of a TIFF that begins with a label or a smaller copy, the image itself. */
  readonly pageCount: number;
  /** Width of a pixel on the object, where the file is a microscope's and says so. */
  readonly micrometresPerPixel: number | null;
  /** Magnification of the microscope's objective, such as 20 or 40, where the file says so. */
  readonly objectivePower: number | null;
  /**
   * Pictures beside the slide: `label`, `macro`, `thumbnail`, and others where the system's slide reader finds them.
   */
  readonly associatedImages: readonly string[];
}

/** What can be read back from a pyramid object. */
export interface PyramidShape {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Deep Zoom levels, from 1 x 1 pixel to full size. */
  readonly levelCount: number;
  readonly tileSizePx: number;
  readonly tileFormat: TileFormatName;
  /** Tiles stored in the object. Small Deep Zoom levels are made from stored ones and don't count. */
  readonly tileCount: number;
  readonly sizeBytes: number;
}

export interface PyramidFacts extends PyramidShape {
  /** Of the whole object, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** A small pyramid of a large image, made long before the full one can be there. */
export interface PreviewFacts {
  /** Size of the preview; it shows all of the image. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly imageWidthPx: number;
  readonly imageHeightPx: number;
  readonly tileSizePx: number;
  /** Deep Zoom levels of the preview. */
  readonly levelCount: number;
  readonly sizeBytes: number;
  /** Deep Zoom levels of the image. Only where `openSourceView` shows those that the preview lacks. */
  readonly imageLevelCount?: number;
}

/** What `writePyramid` knows when the object is complete. */
export interface Written {
  readonly image: ImageFacts;
  readonly pyramid: PyramidFacts;
  /** Tiles that are the source's own, byte for byte; 0 unless the source was a pyramid that could be taken over. */
  readonly reusedTileCount: number;
  /**
   * Versions of what made the pixels, by name; of `systemVips` and `openJpeg`, commands, only where they decoded the
   * source.
   */
  readonly software: Readonly<Record<string, string>>;
}
