import sharp, { type Sharp } from "sharp";
import { firstPlace, type PagePlace } from "../tiff/page.ts";

/** Settles for the whole process that no other decoder sees a file, whatever the file pretends to be. */
export function allowOnlySupportedDecoders(): void {
  sharp.block({ operation: ["VipsForeignLoad"] });
  const formats = ["Jpeg", "Png", "Tiff", "Webp", "Nsgif", "Heif"];
  // Tiles of a pyramid are read by themselves, and these are JPEG.
  sharp.unblock({
    operation: ["JpegBuffer", ...formats.map((name) => `${name}File`)].map((name) => `VipsForeignLoad${name}`),
  });
  // Every file is read once, and a cached one would stay open.
  sharp.cache(false);
}

/**
 * How images are opened: for reading from top to bottom.
 *
 * `failOn` is `warning`: libjpeg reports damaged data as a warning and paints grey, and a picture that silently lost a
 * part is worse than none. The pixel limit is off because ours stands in front, and so are the decoders' own limits of
 * memory, beyond which they call an image damaged: libtiff's is 50 MiB for a strip.
 */
export const openOptions = {
  failOn: "warning",
  limitInputPixels: false,
  unlimited: true,
  sequentialRead: true,
} as const;

/** Opens a page, the first unless told otherwise, and with its profile applied. */
export const openImage = (path: string, { page, subifd }: PagePlace = firstPlace, ignoreIcc = false): Sharp =>
  sharp(path, {
    ...openOptions,
    ignoreIcc,
    ...(page > 0 && { page }),
    ...(subifd !== null && { tiff: { subifd } }),
  });
