import { access, readFile, writeFile } from "node:fs/promises";
import { beforeAll, expect, it } from "vitest";
import {
  type FileSource,
  openFileSource,
  openPyramid,
  type Pyramid,
  writePreview,
  writePyramid,
} from "../src/index.ts";
import { asSharp, decode, type Raw, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();
const size = { width: 8_003, height: 6_001 };
const large = () => asSharp(smoothImage(2_001, 1_501)).resize({ ...size, fit: "fill" });
const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

let full: Pyramid;
beforeAll(async () => {
  await large().jpeg({ quality: 92 }).toFile(path("large.jpg"));
  await writePyramid(path("large.jpg"), path("full.tif"));
  full = await openPyramid(await openFileSource(path("full.tif")));
}, 60_000);

async function expectLowestLevels(file: FileSource, levelCount: number) {
  const preview = await openPyramid(file);
  expect(preview.levelCount).toBe(levelCount);
  for (let level = 0; level < levelCount; level += 1) {
    for (let row = 0; ; row += 1) {
      if (!(await preview.readTile(level, 0, row))) break;
      for (let column = 0; ; column += 1) {
        const [small, of] = await Promise.all([preview, full].map((from) => from.readTile(level, column, row)));
        expect(small === null).toBe(of === null);
        if (!small || !of) break;
        const [one, other] = [await decode(small), await decode(of)];
        expect([one.width, one.height]).toEqual([other.width, other.height]);
        expect(meanDifference(one, other), `${level}/${column}_${row}`).toBeLessThan(4);
      }
    }
  }
}

const meanDifference = (a: Raw, b: Raw) =>
  a.data.reduce((sum, value, i) => sum + Math.abs(value - (b.data[i] ?? 0)), 0) / a.data.length;

it("of a large JPEG has the lowest levels of its pyramid, tile by tile", async () => {
  const preview = await writePreview(path("large.jpg"), path("preview.tif"));
  expect(preview).toMatchObject({ widthPx: 8_003, heightPx: 6_001, tileSizePx: 256, levelCount: 12 });
  const file = await openFileSource(path("preview.tif"));
  expect(file.sizeBytes).toBe(preview?.sizeBytes);
  await expectLowestLevels(file, 12);
  await file.close();
});

it("of a pyramidal TIFF is made of its smaller pages", async () => {
  await large().tiff({ tile: true, pyramid: true, compression: "jpeg", quality: 90 }).toFile(path("pyramidal.tif"));
  expect(await writePreview(path("pyramidal.tif"), path("from-pages.tif"))).toMatchObject({ levelCount: 12 });
  const file = await openFileSource(path("from-pages.tif"));
  await expectLowestLevels(file, 12);
  await file.close();
});

it("of a turned JPEG stands upright", async () => {
  await large().withMetadata({ orientation: 6 }).jpeg().toFile(path("turned.jpg"));
  const limits = { memoryBytes: 2 ** 31 };
  expect(await writePreview(path("turned.jpg"), path("upright.tif"), { limits })).toMatchObject({
    widthPx: 6_001,
    heightPx: 8_003,
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
