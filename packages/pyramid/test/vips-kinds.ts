import { rename, writeFile } from "node:fs/promises";
import { writeBif } from "./composed-bif.ts";
import { codestreamOf, colourBoxes, jp2, paletteBoxes, space } from "./composed-jpeg2000.ts";
import { composeMirax, zipOf } from "./composed-mirax.ts";
import { type Slide, writeAperioJpeg2000, writeNdpi, writeScn } from "./composed-slides.ts";
import { plane, rgb, ycc } from "./planes.ts";
import { greyOf, type Kind, picture } from "./saved-kinds.ts";
import { asSharp } from "./smooth-image.ts";
import { vips } from "./system-vips.ts";

/** @param save the operation's name, the ending that it knows the format by, and its options. */
const saved = (
  format: string,
  kind: string,
  [operation, extension, ...options]: readonly [string, string, ...string[]],
  loss: number,
): Kind => ({
  format,
  kind,
  write: async (file) => {
    await asSharp(picture).png().toFile(`${file}.png`);
    vips(operation, `${file}.png`, `${file}.${extension}`, ...options);
    await rename(`${file}.${extension}`, file);
  },
  seen: () => picture,
  loss,
});

/** One file of each kind that the system's `vips` writes, and that is read with it alone. */
export const vipsKinds: readonly Kind[] = [
  saved("JPEG 2000", "lossy", ["jp2ksave", "jp2", "--Q", "90"], 0.5),
  saved("JPEG 2000", "lossless", ["jp2ksave", "jp2", "--lossless"], 0),
  saved("JPEG XL", "lossy", ["jxlsave", "jxl", "--Q", "95"], 0.5),
  saved("JPEG XL", "lossless", ["jxlsave", "jxl", "--lossless"], 0),
  saved("HEIC", "8 bits", ["heifsave", "heic", "--Q", "90", "--compression", "hevc"], 0.5),
  saved("HEIC", "10 bits", ["heifsave", "heic", "--Q", "90", "--compression", "hevc", "--bitdepth", "10"], 0.5),
  saved("TIFF", "tiles, Zstandard", ["tiffsave", "tif", "--compression", "zstd", "--tile"], 0),
  saved("TIFF", "tiles, WebP, lossy", ["tiffsave", "tif", "--compression", "webp", "--tile", "--Q", "95"], 0.5),
  saved("TIFF", "tiles, WebP, lossless", ["tiffsave", "tif", "--compression", "webp", "--tile", "--lossless"], 0),
  saved("TIFF", "tiles, JPEG 2000", ["tiffsave", "tif", "--compression", "jp2k", "--tile", "--Q", "90"], 0.5),
];

const jpeg2000 = (kind: string, compose: (draft: string) => Promise<Buffer>, seen = picture, loss = 0.5): Kind => ({
  format: "JPEG 2000",
  kind,
  write: async (file) => writeFile(file, await compose(`${file}.draft`)),
  seen: () => seen,
  loss,
});
const size = [picture.width, picture.height] as const;
const red = plane(picture, 1, 1, ([value = 0]) => value);
const negative = Array.from({ length: 256 }, (_, i) => [255 - i, 255 - i, 255 - i]);

/** Those that libvips shows wrong, and OpenJPEG's own program right. */
export const openJpegKinds: readonly Kind[] = [
  ...(["4:4:4", "4:2:2", "4:2:0"] as const).map((name, i) => {
    const planes = ycc(picture, i > 0 ? 2 : 1, i > 1 ? 2 : 1);
    const compose = async (draft: string) =>
      jp2([await codestreamOf(draft, size, planes)], colourBoxes.enumerated(space.ycc));
    return jpeg2000(`sYCC, ${name}`, compose);
  }),
  jpeg2000(
    "from elsewhere than the origin",
    async (draft) =>
      jp2([await codestreamOf(draft, size, rgb(picture), {}, "-d", "5,7")], colourBoxes.enumerated(space.rgb)),
    picture,
    0,
  ),
  jpeg2000(
    "palette",
    async (draft) =>
      jp2([await codestreamOf(draft, size, [red])], colourBoxes.enumerated(space.rgb), ...paletteBoxes(negative)),
    greyOf(red.samples.map((value) => 255 - value)),
    0,
  ),
];

/** A slide, what must be seen of it, and what it says of itself. */
export interface SlideKind {
  readonly format: string;
  readonly kind: string;
  readonly write: (file: string) => Promise<Slide>;
}

export const slideKinds: readonly SlideKind[] = [
  { format: "NDPI", kind: "JPEG strips with restarts", write: (file) => writeNdpi(file) },
  { format: "NDPI", kind: "more than 4 GiB", write: (file) => writeNdpi(file, { startsAt: 2 ** 32 }) },
  { format: "SCN", kind: "JPEG tiles, part of a glass", write: (file) => writeScn(file) },
  { format: "SVS", kind: "JPEG 2000 tiles", write: writeAperioJpeg2000 },
  { format: "BIF", kind: "JPEG tiles, behind a label", write: (file) => writeBif(file) },
  {
    format: "MRXS",
    kind: "one ZIP",
    write: async (file) => {
      const { slide, files } = await composeMirax();
      await writeFile(file, await zipOf(files));
      return slide;
    },
  },
];
