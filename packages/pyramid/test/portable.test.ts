import { fromFile } from "geotiff";
import sharp from "sharp";
import { expect, it } from "vitest";
import { openFileSource, openPyramid, writePyramid } from "../src/index.ts";
import { differences } from "./expected-levels.ts";
import { asSharp, decode, type Raw, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();

it("other software opens the object unchanged, with every level", async () => {
  const picture = smoothImage(1_203, 777);
  await asSharp(picture).png().toFile(path("source.png"));
  await writePyramid(path("source.png"), path("pyramid.tif"));
  const file = await openFileSource(path("pyramid.tif"));
  const pyramid = await openPyramid(file);

  const opened = await fromFile(path("pyramid.tif"));
  const levels = await opened.getImageCount();
  expect(levels).toBe(4);
  expect((await sharp(path("pyramid.tif")).metadata()).pages).toBe(levels);
  for (let halvings = 0; halvings < levels; halvings += 1) {
    const image = await opened.getImage(halvings);
    const [width, height] = [image.getWidth(), image.getHeight()];
    expect([image.getTileWidth(), image.getTileHeight()]).toEqual([256, 256]);
    const byLibvips = await decode(await sharp(path("pyramid.tif"), { page: halvings }).png().toBuffer());
    expect([byLibvips.width, byLibvips.height]).toEqual([width, height]);
    const data = await image.readRGB({ interleave: true });
    const byGeotiff: Raw = { data: Uint8Array.from(data as Uint8Array), width, height };
    expect(differences(byLibvips, byGeotiff, 0, 0).all).toBeLessThan(2);
    const tile = await decode((await pyramid.readTile(pyramid.levelCount - 1 - halvings, 0, 0)) ?? new Uint8Array());
    expect(differences(byLibvips, tile, 0, 0).all).toBeLessThan(1);
  }
  opened.close();
  await file.close();
});
