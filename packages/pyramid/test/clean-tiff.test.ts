import { stat, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { openTiffSource } from "../src/making/tiff-source.ts";
import { readTiff } from "../src/source-tiff/pages.ts";
import { composeTiff, type } from "./composed-tiff.ts";
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
  return openTiffSource(path("odd.tif"), contents, image, path("."), { reserveBytes });
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
