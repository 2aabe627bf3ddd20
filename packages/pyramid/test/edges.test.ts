import { mkdir } from "node:fs/promises";
import sharp from "sharp";
import { expect, it } from "vitest";
import { planBlocks } from "../src/admission/blocks.ts";
import { probe } from "../src/admission/probe.ts";
import { openFileSource, openPyramid } from "../src/index.ts";
import { completeLimits, completeSettings } from "../src/limits.ts";
import { makePyramid } from "../src/making/make-pyramid.ts";
import { differences, expectedLevels } from "./expected-levels.ts";
import { asSharp, decode, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();

/** Large images that stream are not padded; the plan is forced here, because such images are slow to make. */
it("repeats the last column and row where the stored levels of a large image were rounded down", async () => {
  const source = smoothImage(1_023, 769);
  const making = { sourcePath: path("in.png"), targetPath: path("out.tif"), scratchPath: path("scratch") };
  await mkdir(making.scratchPath);
  await asSharp(source).png().toFile(making.sourcePath);
  const settings = completeSettings();
  const { image, place } = await probe(making.sourcePath, making.scratchPath, 256, completeLimits());
  const plan = planBlocks(image, 256, false);
  expect(plan.levels.map(({ widthPx, heightPx }) => [widthPx, heightPx])).toEqual([
    [1_023, 769],
    [511, 384],
    [255, 192],
  ]);
  await makePyramid({ ...making, settings }, { image, place, plan }, () => {});

  const file = await openFileSource(making.targetPath);
  const pyramid = await openPyramid(file);
  const levels = expectedLevels(source, 256).reverse();
  for (const [z, level] of levels.entries()) {
    for (let row = 0; row * 256 < level.height; row++) {
      for (let column = 0; column * 256 < level.width; column++) {
        const tile = await decode((await pyramid.readTile(z, column, row)) ?? new Uint8Array());
        const [left, top] = [column * 256, row * 256];
        expect([tile.width, tile.height]).toEqual([
          Math.min(256, level.width - left),
          Math.min(256, level.height - top),
        ]);
        // The border is blurred by its own repetition and by JPEG artefacts; inside, nothing may be out of place.
        const { all } = differences(level, tile, left, top);
        expect.soft(all, `mean difference of tile ${z}/${column}/${row}`).toBeLessThan(tile.height > 8 ? 2 : 10);
      }
    }
  }
  await file.close();
});

it("draws no border around an image that fills its last tiles in part", async () => {
  const [sourcePath, targetPath] = [path("red.png"), path("red.tif")];
  await sharp({ create: { width: 300, height: 261, channels: 3, background: "#e02020" } })
    .png()
    .toFile(sourcePath);
  await mkdir(path("red"));
  const probed = await probe(sourcePath, path("red"), 256, completeLimits());
  const making = { sourcePath, targetPath, scratchPath: path("red"), settings: completeSettings() };
  await makePyramid(making, probed, () => {});
  const file = await openFileSource(targetPath);
  const pyramid = await openPyramid(file);
  const corner = await decode((await pyramid.readTile(pyramid.levelCount - 1, 1, 1)) ?? new Uint8Array());
  expect([corner.width, corner.height]).toEqual([44, 5]);
  for (let at = 0; at < corner.data.length; at += 3) {
    const [red = 0, green = 0, blue = 0] = corner.data.subarray(at, at + 3);
    expect(Math.abs(red - 0xe0) + Math.abs(green - 0x20) + Math.abs(blue - 0x20)).toBeLessThan(8);
  }
  await file.close();
});
