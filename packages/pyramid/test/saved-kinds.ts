import sharp, { type Sharp } from "sharp";
import { channelOf } from "./raw-page.ts";
import { asSharp, decode, type Raw, smoothImage } from "./smooth-image.ts";

/** A kind of file, and what must be seen of it. */
export interface Kind {
  readonly format: string;
  readonly kind: string;
  readonly write: (file: string) => Promise<unknown>;
  readonly seen: (file: string) => Raw | Promise<Raw>;
  /** Mean difference that the kind itself makes to a sample, at most; of 0, all samples are as they were. */
  readonly loss: number;
}

export const picture = smoothImage(500, 300);
const { width, height } = picture;

export const greyOf = (channel: Uint8Array): Raw => {
  const data = Uint8Array.from({ length: 3 * channel.length }, (_, i) => channel[Math.floor(i / 3)] ?? 0);
  return { data, width, height };
};
export const greySamples = channelOf(picture, 1);
const grey = () => sharp(greySamples, { raw: { width, height, channels: 1 } }).toColourspace("b-w");

/** From left to right ever less transparent. */
const alpha = Uint8Array.from({ length: width * height }, (_, i) => ((i % width) / width) * 256);
const seeThrough = () =>
  sharp(
    Uint8Array.from({ length: 4 * alpha.length }, (_, i) => {
      const at = Math.floor(i / 4);
      return (i % 4 === 3 ? alpha[at] : picture.data[at * 3 + (i % 4)]) ?? 0;
    }),
    { raw: { width, height, channels: 4 } },
  );
const onWhite: Raw = {
  ...picture,
  data: picture.data.map((value, i) => Math.round(255 - ((255 - value) * (alpha[Math.floor(i / 3)] ?? 0)) / 255)),
};

const negative: Raw = { ...picture, data: picture.data.map((value) => 255 - value) };
/** Two pictures, one after the other, of which the second is another. */
async function moving(): Promise<Sharp> {
  const frames = await Promise.all([picture, negative].map((frame) => asSharp(frame).png().toBuffer()));
  return sharp(frames, { join: { animated: true } });
}

/** What a person sees of the file, as sharp shows it. */
const shown = async (file: string): Promise<Raw> =>
  decode(await sharp(file).autoOrient().flatten({ background: "#ffffff" }).toColourspace("srgb").png().toBuffer());

const kindOf =
  (seen: Kind["seen"], loss: number) =>
  (format: string, kind: string, image: () => Sharp | Promise<Sharp>): Kind => ({
    format,
    kind,
    write: async (file) => (await image()).toFile(file),
    seen,
    loss,
  });
const lossless = kindOf(() => picture, 0);
const lossy = kindOf(() => picture, 0.5);
const transparent = kindOf(() => onWhite, 0.5);
const inGrey = kindOf(() => greyOf(greySamples), 0);
const asShown = kindOf(shown, 0);
const image = () => asSharp(picture);

/** One file of each kind that is read without the system's `vips`, made by the library that most are made with. */
export const savedKinds: readonly Kind[] = [
  lossy("JPEG", "baseline, 4:2:0", () => image().jpeg({ quality: 95 })),
  lossy("JPEG", "progressive, 4:4:4", () => image().jpeg({ progressive: true, chromaSubsampling: "4:4:4" })),
  asShown("JPEG", "CMYK", () => image().toColourspace("cmyk").jpeg({ quality: 95 })),
  asShown("JPEG", "grey", () => grey().jpeg({ quality: 95 })),
  ...[2, 3, 4, 5, 6, 7, 8].map((orientation) =>
    asShown("JPEG", `EXIF orientation ${orientation}`, () => image().withMetadata({ orientation }).jpeg()),
  ),
  lossless("PNG", "8 bits", () => image().png()),
  transparent("PNG", "8 bits with alpha", () => seeThrough().png()),
  lossless("PNG", "16 bits", () => image().toColourspace("rgb16").png()),
  transparent("PNG", "16 bits with alpha", () => seeThrough().toColourspace("rgb16").png()),
  inGrey("PNG", "grey", () => grey().png()),
  lossless("PNG", "interlaced", () => image().png({ progressive: true })),
  asShown("PNG", "palette", () => image().png({ palette: true })),
  lossy("WebP", "lossy", () => image().webp({ quality: 95 })),
  lossless("WebP", "lossless", () => image().webp({ lossless: true })),
  transparent("WebP", "lossless with alpha", () => seeThrough().webp({ lossless: true })),
  lossless("WebP", "animated: the first picture", async () => (await moving()).webp({ lossless: true })),
  lossy("AVIF", "8 bits", () => image().avif({ quality: 90 })),
  lossy("AVIF", "10 bits", () => image().avif({ quality: 90, bitdepth: 10 })),
  asShown("GIF", "one picture", () => image().gif()),
  asShown("GIF", "animated: the first picture", async () => (await moving()).gif()),
  lossless("TIFF", "strips, uncompressed", () => image().tiff({ compression: "none" })),
  lossless("TIFF", "strips, LZW", () => image().tiff({ compression: "lzw" })),
  lossless("TIFF", "strips, deflate", () => image().tiff({ compression: "deflate" })),
  lossy("TIFF", "strips, JPEG", () => image().tiff({ compression: "jpeg", quality: 95 })),
  lossless("TIFF", "tiles, uncompressed", () => image().tiff({ compression: "none", tile: true })),
  lossless("TIFF", "tiles, LZW", () => image().tiff({ compression: "lzw", tile: true })),
  lossless("TIFF", "tiles, deflate, BigTIFF", () =>
    image().tiff({ compression: "deflate", tile: true, bigtiff: true }),
  ),
  lossy("TIFF", "pyramid of JPEG tiles", () =>
    image().tiff({ compression: "jpeg", quality: 95, tile: true, pyramid: true }),
  ),
  lossless("TIFF", "16 bits", () => image().toColourspace("rgb16").tiff({ compression: "lzw" })),
  asShown("TIFF", "1 bit, CCITT G4", () =>
    image().toColourspace("b-w").threshold(128).tiff({ bitdepth: 1, compression: "ccittfax4" }),
  ),
];
