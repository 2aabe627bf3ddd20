import { createHash } from "node:crypto";
import { access, mkdir, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import sharp, { type Sharp } from "sharp";
import { inventedPhoto } from "./invented-photo.ts";

export const sourceFormats = ["jpeg", "strips", "lzw", "tiles", "png"] as const;
export type SourceFormat = (typeof sourceFormats)[number];

/** How a source is stored, in words for a table. */
export const formatNames: Record<SourceFormat, string> = {
  jpeg: "JPEG Q90 4:2:0",
  strips: "TIFF, strips",
  lzw: "TIFF, LZW strips",
  tiles: "TIFF, JPEG tiles",
  png: "PNG",
};

const save: Record<SourceFormat, (image: Sharp, path: string) => Promise<unknown>> = {
  jpeg: (image, path) => image.jpeg({ quality: 90 }).toFile(path),
  strips: (image, path) => image.tiff({ compression: "none", bigtiff: true }).toFile(path),
  lzw: (image, path) => image.tiff({ compression: "lzw", predictor: "horizontal", bigtiff: true }).toFile(path),
  tiles: (image, path) =>
    image.tiff({ compression: "jpeg", quality: 90, tile: true, tileWidth: 256, tileHeight: 256 }).toFile(path),
  png: (image, path) => image.png({ compressionLevel: 3 }).toFile(path),
};

/**
 * A square source: a picture and its mirror images laid side by side under slowly changing light, so that no tile is
 * the same twice. Kept in the system's temporary directory.
 *
 * @param from a real picture; without it, an invented one that compresses like a photograph.
 */
export async function makeSource(sidePx: number, format: SourceFormat, from: string | null): Promise<string> {
  const folder = join(tmpdir(), "tilewright-bench");
  const extension = { jpeg: "jpg", strips: "strips.tif", lzw: "lzw.tif", tiles: "tiles.tif", png: "png" }[format];
  const path = join(folder, `${from ? nameOf(from) : "invented"}-${sidePx}.${extension}`);
  if (await exists(path)) return path;
  await mkdir(folder, { recursive: true });
  const photo = from ? sharp(from) : await inventedPhoto();
  const cell = await photo
    .resize({ width: sidePx / 2, height: sidePx / 2, fit: "cover", withoutEnlargement: true })
    .removeAlpha()
    .toColourspace("srgb")
    .png({ compressionLevel: 1 })
    .toBuffer();
  const light = sharp(lightAndShade(), { raw: { width: lightSide, height: lightSide, channels: 3 } })
    .resize(sidePx, sidePx, { fit: "fill", kernel: "cubic" })
    .composite([{ input: await mirrored(cell), tile: true, blend: "multiply" }])
    .removeAlpha();
  const draft = `${path}.draft`;
  await save[format](light, draft);
  await rename(draft, path);
  return path;
}

/** Pictures of the same name lie in different places. */
function nameOf(path: string): string {
  const place = createHash("sha256").update(resolve(path)).digest("hex").slice(0, 8);
  return `${basename(path)}-${place}`;
}

/** Four times the picture, mirrored so that its edges meet. */
async function mirrored(cell: Buffer): Promise<Buffer> {
  const { width = 0, height = 0 } = await sharp(cell).metadata();
  const [right, below, across] = await Promise.all([
    sharp(cell).flop().png().toBuffer(),
    sharp(cell).flip().png().toBuffer(),
    sharp(cell).flip().flop().png().toBuffer(),
  ]);
  return sharp({ create: { width: 2 * width, height: 2 * height, channels: 3, background: "white" } })
    .composite([
      { input: cell, left: 0, top: 0 },
      { input: right, left: width, top: 0 },
      { input: below, left: 0, top: height },
      { input: across, left: width, top: height },
    ])
    .png({ compressionLevel: 1 })
    .toBuffer();
}

const lightSide = 23;

function lightAndShade(): Buffer {
  let state = 11;
  return Buffer.from(
    Array.from({ length: lightSide * lightSide * 3 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return 215 + ((state >>> 8) % 41);
    }),
  );
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
