import { describe, expect, it } from "vitest";
import { openFileSource, openPyramid, writePyramid } from "../src/index.ts";
import { differences, expectedLevels } from "./expected-levels.ts";
import { asSharp, decode, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();

const sizes: [width: number, height: number, tileSizePx: 256 | 512][] = [
  [1, 1, 256],
  [1, 300, 256],
  [300, 1, 256],
  [5, 1_100, 256],
  [100, 50, 256],
  [256, 256, 256],
  [257, 255, 256],
  [513, 769, 256],
  [1_000, 777, 256],
  [1_023, 1_025, 512],
  [2_049, 513, 256],
];

describe.each(sizes)("an image of %i x %i pixels in tiles of %i", (width, height, tileSizePx) => {
  it("has every Deep Zoom tile, of the exact size and showing the right part of the image", async () => {
    const source = smoothImage(width, height);
    const [sourcePath, targetPath] = [path(`${width}x${height}.png`), path(`${width}x${height}.tif`)];
    await asSharp(source).png({ compressionLevel: 1 }).toFile(sourcePath);
    await writePyramid(sourcePath, targetPath, { settings: { tileSizePx } });
    const file = await openFileSource(targetPath);
    const pyramid = await openPyramid(file);
    const levels = expectedLevels(source, tileSizePx).reverse();
    expect(pyramid).toMatchObject({ widthPx: width, heightPx: height, tileSizePx, levelCount: levels.length });

    for (const [z, level] of levels.entries()) {
      // Shifted by one pixel, the large levels differ by 2.5 and more. The small ones have been rounded many times.
      const limit = level.width * level.height > 10_000 ? 1.5 : 2.5;
      const [columns, rows] = [Math.ceil(level.width / tileSizePx), Math.ceil(level.height / tileSizePx)];
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const tile = await decode((await pyramid.readTile(z, column, row)) ?? new Uint8Array());
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
