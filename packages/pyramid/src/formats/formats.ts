import type { ImageFormat } from "../names.ts";
import { gif } from "./gif.ts";
import { ndpi } from "./hamamatsu.ts";
import { avif, heic } from "./heif.ts";
import { jpeg } from "./jpeg.ts";
import { jp2 } from "./jpeg-2000.ts";
import { jxl } from "./jpeg-xl.ts";
import { scn } from "./leica.ts";
import { mrxs } from "./mirax.ts";
import { png } from "./png.ts";
import type { SourceFormat } from "./source-format.ts";
import { tiff } from "./tiff.ts";
import { bif } from "./ventana.ts";
import { webp } from "./webp.ts";

/** Everything that can be tiled. What is told of files, refused, listed and estimated follows from this. */
export const formats: { readonly [Name in ImageFormat]: SourceFormat & { readonly name: Name } } = {
  jpeg,
  png,
  tiff,
  webp,
  avif,
  gif,
  jp2,
  jxl,
  heic,
  ndpi,
  scn,
  bif,
  mrxs,
};

export const allFormats: readonly SourceFormat[] = Object.values(formats);
