import { fromFile } from "geotiff";
import sharp from "sharp";
import { decode, type Raw } from "./smooth-image.ts";
import { hasVips, vips } from "./system-vips.ts";

/** Reads a page of a TIFF whole. */
export type PageReader = (file: string, page: number) => Promise<Raw>;

async function geotiff(file: string, page: number): Promise<Raw> {
  const opened = await fromFile(file);
  try {
    const image = await opened.getImage(page);
    const data = await image.readRGB({ interleave: true });
    return { data: Uint8Array.from(data as Uint8Array), width: image.getWidth(), height: image.getHeight() };
  } finally {
    opened.close();
  }
}

async function systemVips(file: string, page: number): Promise<Raw> {
  vips("copy", `${file}[page=${page}]`, `${file}-page.png[compression=0]`);
  return decode(`${file}-page.png`);
}

/** It reads no WebP outside a browser. */
export const geotiffJs = "geotiff.js";

/** Software that knows nothing of pyramids made here. */
export const otherSoftware: Readonly<Record<string, PageReader>> = {
  [geotiffJs]: geotiff,
  "sharp's libvips": async (file, page) => decode(await sharp(file, { page }).png({ compressionLevel: 0 }).toBuffer()),
  ...(hasVips && { "the system's vips": systemVips }),
};
