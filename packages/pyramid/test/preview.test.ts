import { access, readFile, writeFile } from "node:fs/promises";
import sharp, { type Sharp } from "sharp";
import { beforeAll, expect, it } from "vitest";
import { dziSize } from "../src/geometry.ts";
import { openFileSource, openPyramid, writePreview } from "../src/index.ts";
import { expectAllOf } from "./shows-all-of.ts";
import { asSharp, decode, type Raw, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();
const size = { width: 6_003, height: 4_501 };
const large = () => asSharp(smoothImage(2_001, 1_501)).resize({ ...size, fit: "fill" });
const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

let whole: Raw;
beforeAll(async () => {
  whole = await decode(await large().png({ compressionLevel: 1 }).toBuffer());
  await large().jpeg({ quality: 92 }).toFile(path("large.jpg"));
}, 60_000);

it("of a large JPEG shows all of it, in the same shape", async () => {
  const preview = await writePreview(path("large.jpg"), path("preview.tif"));
  expect(preview).toMatchObject({ imageWidthPx: 6_003, imageHeightPx: 4_501, tileSizePx: 256, levelCount: 12 });
  expect(preview?.imageLevelCount).toBeUndefined();
  await expectAllOf(whole, path("preview.tif"));
});

it("of a pyramidal TIFF is made of its smaller pages", async () => {
  await large().tiff({ tile: true, pyramid: true, compression: "jpeg", quality: 90 }).toFile(path("pyramidal.tif"));
  expect(await writePreview(path("pyramidal.tif"), path("from-pages.tif"))).toMatchObject({
    levelCount: 12,
    imageLevelCount: 14,
  });
  await expectAllOf(whole, path("from-pages.tif"));
});

it("of a pyramidal TIFF in tiles of another kind is all there is to look at", async () => {
  await large().tiff({ tile: true, pyramid: true, compression: "lzw" }).toFile(path("lzw.tif"));
  const preview = await writePreview(path("lzw.tif"), path("from-lzw.tif"));
  expect(preview?.levelCount).toBe(12);
  expect(preview?.imageLevelCount).toBeUndefined();
});

it.each<[string, Parameters<Sharp["tiff"]>[0], number | undefined]>([
  ["tiles", { compression: "jpeg", quality: 90, tile: true, tileWidth: 256, tileHeight: 256 }, 15],
  ["rows", { compression: "none" }, undefined],
])("of a TIFF in one size is made of its %s", async (name, options, imageLevelCount) => {
  const wide = asSharp(smoothImage(1_367, 500)).resize({ width: 8_216, height: 3_001, fit: "fill" });
  const { data, info } = await wide.raw().toBuffer({ resolveWithObject: true });
  const image = { data, width: info.width, height: info.height };
  await asSharp(image)
    .tiff(options)
    .toFile(path(`flat-${name}.tif`));
  const preview = await writePreview(path(`flat-${name}.tif`), path(`from-${name}.tif`));
  expect(preview).toMatchObject({ imageWidthPx: 8_216, imageHeightPx: 3_001, levelCount: 11 });
  expect(preview?.imageLevelCount).toBe(imageLevelCount);
  await expectAllOf(image, path(`from-${name}.tif`));
});

it("shows nothing but the image, to its very edge and at every level", async () => {
  const background = { r: 90, g: 180, b: 220 };
  await sharp({ create: { width: 8_216, height: 3_001, channels: 3, background } })
    .tiff({ compression: "none" })
    .toFile(path("plain.tif"));
  await writePreview(path("plain.tif"), path("from-plain.tif"));
  const file = await openFileSource(path("from-plain.tif"));
  const preview = await openPyramid(file);
  for (let level = 0; level < preview.levelCount; level++) {
    const { widthPx, heightPx } = dziSize(preview, preview.levelCount - 1 - level);
    const last = [widthPx, heightPx].map((side) => Math.ceil(side / preview.tileSizePx) - 1);
    const { data } = await decode((await preview.readTile(level, last[0] ?? 0, last[1] ?? 0)) ?? "");
    const most = data.reduce((worst, value, i) => Math.max(worst, Math.abs(value - ([90, 180, 220][i % 3] ?? 0))), 0);
    expect([level, most]).toEqual([level, expect.toSatisfy((difference: number) => difference <= 3)]);
  }
  await file.close();
});

it("of a turned JPEG stands upright", async () => {
  await large().withMetadata({ orientation: 6 }).jpeg().toFile(path("turned.jpg"));
  const limits = { memoryBytes: 2 ** 31 };
  expect(await writePreview(path("turned.jpg"), path("upright.tif"), { limits })).toMatchObject({
    imageWidthPx: 4_501,
    imageHeightPx: 6_003,
  });
});

it.each([
  ["small.jpg", () => asSharp(smoothImage(900, 700)).jpeg()],
  ["progressive.jpg", () => large().jpeg({ progressive: true })],
  ["plain.png", () => large().png({ compressionLevel: 1 })],
  ["strips.tif", () => large().tiff({ compression: "lzw" })],
])("is not made of %s, whose pyramid is there about as soon", async (name, image) => {
  await image().toFile(path(name));
  expect(await writePreview(path(name), path(`${name}.preview`), { limits: { memoryBytes: 2 ** 31 } })).toBeNull();
  expect(await exists(path(`${name}.preview`))).toBe(false);
});

it("of half a JPEG is an error like any other, and no file", async () => {
  const bytes = await readFile(path("large.jpg"));
  await writeFile(path("half.jpg"), bytes.subarray(0, bytes.length / 2));
  await expect(writePreview(path("half.jpg"), path("half.tif"))).rejects.toMatchObject({ code: "CORRUPT_IMAGE" });
  expect(await exists(path("half.tif"))).toBe(false);
});
