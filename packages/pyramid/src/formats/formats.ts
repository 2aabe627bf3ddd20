import type { ImageFormat } from "../names.ts";
import { gif } from "./gif.ts";
import { heif } from "./heif.ts";
import { jpeg2000Codestream, jpeg2000File } from "./jpeg-2000.ts";
import { jpegXlCodestream, jpegXlFile } from "./jpeg-xl.ts";
import { jpeg, png, tiff, webp, zip } from "./plain-signatures.ts";
import type { Signature } from "./source-format.ts";

/** Readers of the system's `vips`, by the names that they are called by. */
export type VipsLoader = "tiffload" | "jp2kload" | "jxlload" | "heifload" | "openslideload";

/** Who decodes a format, and nobody else. */
export interface SourceFormat {
  /** As people call it. */
  readonly label: string;
  /** What the system's `vips` reads it with; null for what sharp's own libvips reads. */
  readonly loader: VipsLoader | null;
  /** Of a slide, the only maker whose reader in OpenSlide may take it. */
  readonly vendor: string | null;
}

const builtIn = (label: string): SourceFormat => ({ label, loader: null, vendor: null });
const foreign = (label: string, loader: VipsLoader): SourceFormat => ({ label, loader, vendor: null });
const slide = (label: string, vendor: string): SourceFormat => ({ label, loader: "openslideload", vendor });

export const formats: Readonly<Record<ImageFormat, SourceFormat>> = {
  jpeg: builtIn("JPEG"),
  png: builtIn("PNG"),
  tiff: builtIn("TIFF"),
  webp: builtIn("WebP"),
  gif: builtIn("GIF"),
  avif: builtIn("AVIF"),
  jp2: foreign("JPEG 2000", "jp2kload"),
  jxl: foreign("JPEG XL", "jxlload"),
  heic: foreign("HEIC", "heifload"),
  ndpi: slide("Hamamatsu NDPI", "hamamatsu"),
  scn: slide("Leica SCN", "leica"),
  bif: slide("Ventana BIF", "ventana"),
  mrxs: slide("MIRAX", "mirax"),
};

/** No file begins as two of them do. */
export const signatures: readonly Signature[] = [
  jpeg,
  png,
  tiff,
  webp,
  gif,
  jpeg2000File,
  jpeg2000Codestream,
  jpegXlFile,
  jpegXlCodestream,
  heif,
  zip,
];
