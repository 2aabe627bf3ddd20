import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { planBlocks } from "../src/admission/blocks.ts";
import { openFileSource, openPyramid, writePyramid } from "../src/index.ts";
import { writeEndlessTiff } from "./endless-tiff.ts";
import { differences } from "./expected-levels.ts";
import { decode, type Raw, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();

describe("a plan", () => {
  it.each([
    [65_024, 65_024, 1],
    [65_025, 100, 2],
    [81_919, 300, 2],
    [81_920, 300, 3],
    [200_000, 200_000, 36],
  ])("for %i x %i pixels has %i blocks that cover it", (widthPx, heightPx, count) => {
    for (const tileSizePx of [256, 512]) {
      const { blocks } = planBlocks({ widthPx, heightPx }, tileSizePx, true);
      expect(blocks).toHaveLength(count);
      expect(blocks.reduce((area, block) => area + block.widthPx * block.heightPx, 0)).toBe(widthPx * heightPx);
      expect(Math.max(...blocks.map((block) => Math.max(block.widthPx, block.heightPx)))).toBeLessThanOrEqual(65_024);
    }
  });
});

/** The image that `writeEndlessTiff` repeats: the same tile everywhere. */
const repeated = async (): Promise<Raw> => {
  const jpeg = await sharp(smoothImage(256, 256).data, { raw: { width: 256, height: 256, channels: 3 } })
    .jpeg({ chromaSubsampling: "4:2:0" })
    .toBuffer();
  return decode(jpeg);
};

it("an image too wide for one TIFF of sharp's becomes one pyramid that others can read", async () => {
  const [width, height] = [66_000, 300];
  await writeEndlessTiff(path("wide.tif"), width, height);
  const progress: number[] = [];
  const { pyramid: facts } = await writePyramid(path("wide.tif"), path("out.tif"), {
    onProgress: (done) => progress.push(done),
  });
  expect(facts).toMatchObject({ widthPx: width, heightPx: height, levelCount: 18 });
  expect(progress.at(-1)).toBe(facts.tileCount);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));

  const file = await openFileSource(path("out.tif"));
  const pyramid = await openPyramid(file);
  const source = await repeated();
  const level = { ...source, data: Float32Array.from(source.data) };
  // Around the seam between the two blocks, and the last, clipped columns.
  for (const column of [0, 127, 128, 129, 256, 257]) {
    const tile = await decode((await pyramid.readTile(17, column, 0)) ?? new Uint8Array());
    expect([tile.width, tile.height]).toEqual([Math.min(256, width - column * 256), 256]);
    expect(differences(level, tile, 0, 0).all).toBeLessThan(1.5);
  }
  expect(await pyramid.readTile(17, 258, 0)).toBeNull();
  // From the seam's level down, every column shows the tile in small: two equal halves, then four.
  const small = await decode((await pyramid.readTile(16, 64, 0)) ?? new Uint8Array());
  const halves = [0, 128].map((left) => {
    const data = new Uint8Array(128 * 128 * 3);
    for (let y = 0; y < 128; y++)
      data.set(small.data.subarray((y * 256 + left) * 3, (y * 256 + left + 128) * 3), y * 384);
    return { data: Float32Array.from(data), width: 128, height: 128 };
  });
  const [first, second] = halves;
  if (!first || !second) throw new Error("there are two halves");
  expect(differences(first, { ...second, data: Uint8Array.from(second.data) }, 0, 0).all).toBeLessThan(1.5);
  expect(await decode((await pyramid.readTile(0, 0, 0)) ?? new Uint8Array())).toMatchObject({ width: 1, height: 1 });
  await file.close();

  const asLibvips = await sharp(path("out.tif"), { limitInputPixels: false }).metadata();
  expect(asLibvips).toMatchObject({ width, height, channels: 3, pages: 8 });
  const lower = sharp(path("out.tif"), { page: 1, limitInputPixels: false });
  expect(await lower.metadata()).toMatchObject({ width: 33_000, height: 150 });
  await lower.stats();
});
