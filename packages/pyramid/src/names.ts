/** Formats that a source may have. */
export type ImageFormat =
  | "jpeg"
  | "png"
  | "tiff"
  | "webp"
  | "gif"
  | "avif"
  | "jp2"
  | "jxl"
  | "heic"
  | "ndpi"
  | "scn"
  | "bif"
  | "mrxs";

/** Formats that a pyramid's tiles may have. */
export const tileFormatNames = ["jpeg", "webp"] as const;

export type TileFormatName = (typeof tileFormatNames)[number];
