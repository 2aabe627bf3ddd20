import { readFile, stat } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { writePyramid } from "../src/index.ts";
import { tileFormats } from "../src/tile-format/tile-formats.ts";
import { writeEndlessTiff } from "./endless-tiff.ts";
import { asSharp, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();

const sizes = [
  [1, 1],
  [300, 1],
  [257, 255],
  [1_000, 777],
  [2_049, 513],
] as const;

describe.each(sizes)("an image of %i x %i pixels", (width, height) => {
  it.each([
    [20, 256, "jpeg"],
    [80, 256, "jpeg"],
    [90, 512, "jpeg"],
    [95, 256, "jpeg"],
    [80, 256, "webp"],
    [95, 512, "webp"],
  ] as const)(
    "is counted exactly at quality %i in tiles of %i px as %s, however the file arrives",
    async (quality, tileSizePx, tileFormat) => {
      const settings = { quality, tileSizePx, tileFormat };
      const name = `${width}x${height}-${quality}-${tileFormat}`;
      await asSharp(smoothImage(width, height))
        .png()
        .toFile(path(`${name}.png`));
      const { pyramid } = await writePyramid(path(`${name}.png`), path(`${name}.tif`), { settings });
      expect((await stat(path(`${name}.tif`))).size).toBe(pyramid.sizeBytes);
      const bytes = await readFile(path(`${name}.tif`));
      for (const chunkBytes of [1, 7, 4_096, bytes.length]) {
        let [tiles, done] = [0, 0];
        for (let end = chunkBytes; end < bytes.length + chunkBytes; end += chunkBytes) {
          const counted = tileFormats[tileFormat].countTiles(bytes.subarray(done, end), settings);
          tiles += counted.tiles;
          done += counted.doneBytes;
        }
        expect(tiles).toBe(pyramid.tileCount);
      }
    },
  );
});

it("is reported while the work goes on, never goes back, and ends at the total announced", async () => {
  await writeEndlessTiff(path("long.tif"), 12_000, 12_000);
  const announced: number[] = [];
  const seen: [number, number][] = [];
  const { pyramid, image } = await writePyramid(path("long.tif"), path("long-out.tif"), {
    onImage: (facts, tilesTotal) => {
      expect(facts).toMatchObject({ format: "tiff", widthPx: 12_000, heightPx: 12_000 });
      announced.push(tilesTotal);
    },
    onProgress: (done, total) => seen.push([done, total]),
  });
  expect(image.widthPx).toBe(12_000);
  expect(announced).toEqual([pyramid.tileCount]);
  expect(seen.length).toBeGreaterThan(2);
  expect(seen.map(([done]) => done)).toEqual(seen.map(([done]) => done).sort((a, b) => a - b));
  expect(new Set(seen.map(([, total]) => total))).toEqual(new Set(announced));
  expect(seen.at(-1)).toEqual([pyramid.tileCount, pyramid.tileCount]);
});
