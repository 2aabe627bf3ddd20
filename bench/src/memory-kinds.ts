import sharp, { type Sharp } from "sharp";
import { inventedPhoto } from "./invented-photo.ts";
import { vipsKinds } from "./vips-kinds.ts";

export type Size = readonly [widthPx: number, heightPx: number];

/** A kind of image whose memory is worth a measurement, the sizes to measure, and how one is written. */
export interface MemoryKind {
  readonly name: string;
  readonly sizes: readonly Size[];
  readonly save: (image: Sharp, path: string) => Promise<unknown>;
}

const squares = (...sides: number[]): Size[] => sides.map((side) => [side, side]);
const usual = squares(5_000, 16_384);
const wide: Size[] = [
  [32_768, 4_096],
  [131_072, 4_096],
];

export const memoryKinds: readonly MemoryKind[] = [
  { name: "JPEG", sizes: usual, save: (image, path) => image.jpeg({ quality: 90 }).toFile(path) },
  {
    name: "JPEG, EXIF orientation 6",
    sizes: usual,
    save: (image, path) => image.withMetadata({ orientation: 6 }).jpeg({ quality: 90 }).toFile(path),
  },
  {
    name: "JPEG, EXIF orientation 2",
    sizes: squares(8_192),
    save: (image, path) => image.withMetadata({ orientation: 2 }).jpeg({ quality: 90 }).toFile(path),
  },
  {
    name: "JPEG, progressive, 4:2:0",
    sizes: usual,
    save: (image, path) => image.jpeg({ quality: 90, progressive: true }).toFile(path),
  },
  {
    name: "JPEG, progressive, 4:4:4",
    sizes: usual,
    save: (image, path) => image.jpeg({ quality: 90, progressive: true, chromaSubsampling: "4:4:4" }).toFile(path),
  },
  {
    name: "JPEG, progressive, EXIF orientation 6",
    sizes: squares(5_000, 8_192),
    save: (image, path) => image.withMetadata({ orientation: 6 }).jpeg({ quality: 90, progressive: true }).toFile(path),
  },
  { name: "PNG", sizes: [...usual, ...wide], save: (image, path) => image.png({ compressionLevel: 1 }).toFile(path) },
  {
    name: "PNG, interlaced",
    sizes: usual,
    save: (image, path) => image.png({ compressionLevel: 1, progressive: true }).toFile(path),
  },
  {
    name: "PNG, interlaced, 16 bits",
    sizes: squares(5_000, 8_192),
    save: (image, path) => image.toColourspace("rgb16").png({ compressionLevel: 1, progressive: true }).toFile(path),
  },
  {
    name: "TIFF, strips",
    sizes: [...squares(16_384), ...wide],
    save: (image, path) => image.tiff({ compression: "lzw", bigtiff: true }).toFile(path),
  },
  {
    name: "TIFF, deflated tiles, orientation 6",
    sizes: squares(5_000, 16_384),
    save: (image, path) =>
      image.withMetadata({ orientation: 6 }).tiff({ compression: "deflate", tile: true, bigtiff: true }).toFile(path),
  },
  {
    name: "WebP",
    // A lossy one cannot be much larger, unless there is little to see in it.
    sizes: [...squares(5_000), [16_383, 8_192]],
    save: (image, path) => image.webp({ effort: 0 }).toFile(path),
  },
  {
    name: "WebP, lossless",
    sizes: squares(5_000, 16_383),
    save: (image, path) => image.webp({ lossless: true, effort: 0 }).toFile(path),
  },
  { name: "AVIF", sizes: squares(5_000, 8_192, 16_384), save: (image, path) => image.avif({ effort: 0 }).toFile(path) },
  {
    name: "GIF",
    sizes: squares(5_000, 8_192, 16_384),
    save: (image, path) => image.gif({ effort: 1, dither: 0, colours: 8 }).toFile(path),
  },
  ...vipsKinds,
];

/** The invented photo, laid side by side. */
export async function photoOf([width, height]: Size): Promise<Sharp> {
  const whole = await (await inventedPhoto()).png().toBuffer({ resolveWithObject: true });
  const shown = { width: Math.min(width, whole.info.width), height: Math.min(height, whole.info.height) };
  const cell = await sharp(whole.data)
    .extract({ left: 0, top: 0, ...shown })
    .png()
    .toBuffer();
  return sharp({ create: { width, height, channels: 3, background: "white" }, limitInputPixels: false })
    .composite([{ input: cell, tile: true }])
    .removeAlpha();
}
