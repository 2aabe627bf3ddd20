import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { openFileSource, openPyramid, writePyramid } from "../src/index.ts";
import type { TileFormatName } from "../src/names.ts";
import { differences, expectedLevels } from "./expected-levels.ts";
import { asSharp, decode, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();

const sizes: [width: number, height: number, tileSizePx: 256 | 512, tileFormat: TileFormatName][] = [
  [1, 1, 256, "jpeg"],
  [1, 300, 256, "jpeg"],
  [300, 1, 256, "jpeg"],
  [5, 1_100, 256, "jpeg"],
  [100, 50, 256, "jpeg"],
  [256, 256, 256, "jpeg"],
  [257, 255, 256, "jpeg"],
  [513, 769, 256, "jpeg"],
  [1_000, 777, 256, "jpeg"],
  [1_023, 1_025, 512, "jpeg"],
  [2_049, 513, 256, "jpeg"],
  [1, 1, 256, "webp"],
  [1, 300, 256, "webp"],
  [257, 255, 256, "webp"],
  [1_009, 787, 256, "webp"],
  [1_023, 1_025, 512, "webp"],
];

/** At these qualities, tiles lose far less of such waves than a shift by a pixel would change. */
const accuracy = { jpeg: { quality: 80, smallLimit: 2.5 }, webp: { quality: 95, smallLimit: 3 } };

describe.each(sizes)("an image of %i x %i pixels in tiles of %i as %s", (width, height, tileSizePx, tileFormat) => {
  it("has every Deep Zoom tile, of the exact size and showing the right part of the image", async () => {
    const { quality, smallLimit } = accuracy[tileFormat];
    const source = smoothImage(width, height);
    const [sourcePath, targetPath] = [path(`${width}x${height}.png`), path(`${width}x${height}.${tileFormat}.tif`)];
    await asSharp(source).png({ compressionLevel: 1 }).toFile(sourcePath);
    await writePyramid(sourcePath, targetPath, {
      settings: { tileSizePx, tileFormat, quality },
    });
    const file = await openFileSource(targetPath);
    const pyramid = await openPyramid(file);
    const levels = expectedLevels(source, tileSizePx).reverse();
    expect(pyramid).toMatchObject({
      widthPx: width,
      heightPx: height,
      tileSizePx,
      tileFormat,
      levelCount: levels.length,
    });

    for (const [z, level] of levels.entries()) {
      // Shifted by one pixel, the large levels differ by 2.5 and more. The small ones have been rounded many times.
      const limit = level.width * level.height > 10_000 ? 1.5 : smallLimit;
      const [columns, rows] = [Math.ceil(level.width / tileSizePx), Math.ceil(level.height / tileSizePx)];
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const bytes = (await pyramid.readTile(z, column, row)) ?? new Uint8Array();
          expect((await sharp(bytes).metadata()).format).toBe(tileFormat);
          const tile = await decode(bytes);
          const [left, top] = [column * tileSizePx, row * tileSizePx];
          expect([tile.width, tile.height]).toEqual([
            Math.min(tileSizePx, level.width - left),
            Math.min(tileSizePx, level.height - top),
          ]);
          const { all, edge } = differences(level, tile, left, top);
          expect.soft(all, `mean difference of tile ${z}/${column}/${row}`).toBeLessThan(limit);
          expect.soft(edge, `mean difference at the edge of tile ${z}/${column}/${row}`).toBeLessThan(2 * limit);
        }
      }
      expect(await pyramid.readTile(z, columns, 0)).toBeNull();
      expect(await pyramid.readTile(z, 0, rows)).toBeNull();
    }
    await file.close();
  });
});
