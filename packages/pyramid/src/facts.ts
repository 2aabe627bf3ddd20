import type { TileFormatName } from "./tile-format/tile-formats.ts";

export type ImageFormat = "jpeg" | "png" | "tiff" | "webp" | "gif" | "avif" | ForeignFormat;

/** Read by the `vips` command of the system, where it is installed. */
export type ForeignFormat = "jp2" | "jxl" | "heic" | "ndpi" | "scn" | "mrxs";

export interface SampleWindow {
  readonly black: number;
  readonly white: number;
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
   * Sample values that become black and white. All that the type can hold for 16 unsigned bits; for samples that are
   * signed, longer or floating-point the least and the most in the image, known when the work is done. Null for others.
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
  /** Pictures beside the slide: `label`, `macro`, `thumbnail`, and others where the system's slide reader finds them. */
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
  /** Versions of what made the pixels, by name; of `systemVips`, the command, only where it decoded the source. */
  readonly software: Readonly<Record<string, string>>;
}
