import { writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { openFileSource, openPyramid, writePreview, writePyramid } from "../src/index.ts";
import { composeTiff, type Picture, type } from "./composed-tiff.ts";
import { plainPage } from "./raw-page.ts";
import { expectAllOf } from "./shows-all-of.ts";
import { asSharp, decode, type Raw, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";
import { differenceOf, picturesIn } from "./tiff-picture.ts";

const path = tempDir();
const oddText = [305, type.ascii, Buffer.from("filled up\0\0")] as const;
const label = plainPage(smoothImage(60, 40), [[270, type.ascii, "Label"], oddText]);

/** A TIFF of sharp's, behind a label, with something in each of its directories that decoders warn of. */
async function writeOdd(image: Raw, how: Parameters<ReturnType<typeof asSharp>["tiff"]>[0]): Promise<string> {
  await asSharp(image).tiff(how).toFile(path("tidy.tif"));
  const pages = await picturesIn(path("tidy.tif"));
  const odd = pages.map((page): Picture => ({ ...page, fields: [...page.fields, oddText] }));
  await writeFile(path("odd.tif"), composeTiff([label, ...odd]));
  return path("odd.tif");
}

async function largeImage(width: number, height: number): Promise<Raw> {
  const large = asSharp(smoothImage(1_367, 1_000)).resize({ width, height, fit: "fill" });
  return { data: await large.raw().toBuffer(), width, height };
}

it.each(["lzw", "jpeg"])("a preview of a pyramid in %s is made of a smaller page", async (compression) => {
  const image = await largeImage(6_003, 4_501);
  const odd = await writeOdd(image, { tile: true, pyramid: true, compression, quality: 90 });
  const preview = await writePreview(odd, path("preview.tif"));
  expect(preview).toMatchObject({ imageWidthPx: 6_003, imageHeightPx: 4_501, levelCount: 12 });
  await expectAllOf(image, path("preview.tif"));
});

it.each([
  ["JPEG tiles", { compression: "jpeg", quality: 90, tile: true, tileWidth: 256, tileHeight: 256 }],
  ["rows", { compression: "none" }],
])("a preview of a TIFF in one size is made of its %s", async (_, how) => {
  const image = await largeImage(8_216, 3_001);
  const preview = await writePreview(await writeOdd(image, how), path("flat.tif"));
  expect(preview).toMatchObject({ imageWidthPx: 8_216, imageHeightPx: 3_001, levelCount: 11 });
  await expectAllOf(image, path("flat.tif"));
});

it("levels that a pyramid lacks are made of the last that it has", async () => {
  const image = await largeImage(900, 700);
  const tiles = { compression: "jpeg", quality: 85, tile: true, tileWidth: 256, tileHeight: 256 };
  const odd = await writeOdd(image, tiles);
  const { reusedTileCount, pyramid } = await writePyramid(odd, path("made.tif"));
  expect(reusedTileCount).toBe(12);
  const file = await openFileSource(path("made.tif"));
  const made = await openPyramid(file);
  const half = await decode((await made.readTile(pyramid.levelCount - 2, 0, 0)) ?? "");
  await file.close();
  const expected = await asSharp(image)
    .resize({ width: 450, height: 350, fit: "fill", kernel: "linear" })
    .extract({ left: 0, top: 0, width: 256, height: 256 })
    .png()
    .toBuffer();
  expect(differenceOf(half, await decode(expected))).toBeLessThan(3);
});
