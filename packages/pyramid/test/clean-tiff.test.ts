import { stat, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { openTiffSource } from "../src/clean-tiff/open-tiff-source.ts";
import { readTiff } from "../src/tiff/pages.ts";
import { composeTiff, type } from "./composed-tiff.ts";
import { jpegTiles, tiledPage } from "./jpeg-tiles.ts";
import { plainPage } from "./raw-page.ts";
import { smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();

async function openOdd(reserveBytes: number) {
  const page = plainPage(smoothImage(900, 700), [[297, type.short, [1]]]);
  await writeFile(path("odd.tif"), composeTiff([page]));
  const contents = await readTiff(path("odd.tif"));
  const [image] = contents.pages;
  if (!image) throw new Error("there is a page");
  return openTiffSource({ sourcePath: path("odd.tif"), contents, page: image, scratchPath: path("."), reserveBytes });
}

it("a copy takes no room before its pixels are wanted", async () => {
  const { path: copy, make } = await openOdd(0);
  const header = await stat(copy);
  expect(header.size).toBeGreaterThan(900 * 700 * 3);
  expect(header.blocks * 512).toBeLessThan(100_000);
  await make?.(() => {});
  expect((await stat(copy)).blocks * 512).toBeGreaterThan(900 * 700 * 3);
});

it("a copy that would leave less free than it has to is not begun", async () => {
  const { path: copy, make } = await openOdd(2 ** 60);
  await expect(make?.(() => {})).rejects.toMatchObject({
    code: "SCRATCH_FULL",
    message: expect.stringMatching(/no room.*takes 2 MiB/),
  });
  expect((await stat(copy)).blocks * 512).toBeLessThan(100_000);
});

it("a JPEG that the end of the file cuts off is damaged, and not copied as if it ended there", async () => {
  const tiles = await jpegTiles(smoothImage(500, 300), 256, 85, path("cut-tiles.tif"));
  const last = tiles.tiles.at(-1) ?? Buffer.alloc(0);
  const whole = composeTiff([tiledPage(tiles, 256, [[297, type.short, [1]]])]);
  const offset = Buffer.alloc(4);
  offset.writeUInt32LE(whole.indexOf(last));
  whole.writeUInt32LE(whole.length, whole.lastIndexOf(offset));
  const open = async (lastBytes: number) => {
    await writeFile(path("cut.tif"), Buffer.concat([whole, last.subarray(0, lastBytes)]));
    const contents = await readTiff(path("cut.tif"));
    const [image] = contents.pages;
    if (!image) throw new Error("there is a page");
    return openTiffSource({ sourcePath: path("cut.tif"), contents, page: image, scratchPath: path(".") });
  };
  expect((await open(last.length)).make).not.toBeNull();
  await expect(open(last.length - 200)).rejects.toMatchObject({ code: "CORRUPT_IMAGE" });
});
