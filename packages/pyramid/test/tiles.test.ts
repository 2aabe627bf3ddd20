import { describe, expect, it } from "vitest";
import { openFileSource, openPyramid, writePyramid } from "../src/index.ts";
import { asSharp, decode, meanOf, type Raw, smoothImage } from "./smooth-image.ts";
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

/**
 * The levels stored in a TIFF are rounded down. A Deep Zoom level that ends one pixel later repeats its last column or
 * row, so there a pixel is compared with its neighbour's part of the source.
 */
function expectedPixel(source: Raw, halvings: number, x: number, y: number): [number, number, number] {
  const lastX = Math.max(1, Math.floor(source.width / 2 ** halvings)) - 1;
  const lastY = Math.max(1, Math.floor(source.height / 2 ** halvings)) - 1;
  return meanOf(source, halvings, Math.min(x, lastX), Math.min(y, lastY));
}

function differences(
  source: Raw,
  tile: Raw,
  halvings: number,
  left: number,
  top: number,
): { mean: number; edge: number } {
  let [sum, edgeSum, edgeCount] = [0, 0, 0];
  for (let y = 0; y < tile.height; y++) {
    for (let x = 0; x < tile.width; x++) {
      const expected = expectedPixel(source, halvings, left + x, top + y);
      const at = (y * tile.width + x) * 3;
      const difference =
        expected.reduce((total, value, i) => total + Math.abs(value - (tile.data[at + i] ?? 0)), 0) / 3;
      sum += difference;
      if (x === tile.width - 1 || y === tile.height - 1) {
        edgeSum += difference;
        edgeCount += 1;
      }
    }
  }
  return { mean: sum / (tile.width * tile.height), edge: edgeSum / edgeCount };
}

describe.each(sizes)("an image of %i x %i pixels in tiles of %i", (width, height, tileSizePx) => {
  it("has every Deep Zoom tile, of the exact size and showing the right part of the image", async () => {
    const source = smoothImage(width, height);
    const [sourcePath, targetPath] = [path(`${width}x${height}.png`), path(`${width}x${height}.tif`)];
    await asSharp(source).png({ compressionLevel: 1 }).toFile(sourcePath);
    await writePyramid(sourcePath, targetPath, { settings: { tileSizePx } });
    const file = await openFileSource(targetPath);
    const pyramid = await openPyramid(file);
    expect(pyramid).toMatchObject({ widthPx: width, heightPx: height, tileSizePx });
    expect(pyramid.levelCount).toBe(Math.ceil(Math.log2(Math.max(width, height))) + 1);

    for (let level = 0; level < pyramid.levelCount; level++) {
      const halvings = pyramid.levelCount - 1 - level;
      const [levelWidth, levelHeight] = [Math.ceil(width / 2 ** halvings), Math.ceil(height / 2 ** halvings)];
      const [columns, rows] = [Math.ceil(levelWidth / tileSizePx), Math.ceil(levelHeight / tileSizePx)];
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const jpeg = await pyramid.readTile(level, column, row);
          const tile = await decode(jpeg ?? new Uint8Array());
          const [left, top] = [column * tileSizePx, row * tileSizePx];
          expect([tile.width, tile.height]).toEqual([
            Math.min(tileSizePx, levelWidth - left),
            Math.min(tileSizePx, levelHeight - top),
          ]);
          const { mean, edge } = differences(source, tile, halvings, left, top);
          if (process.env["PRINT"])
            console.log(`${width}x${height} ${level}/${column}/${row} ${mean.toFixed(2)} ${edge.toFixed(2)}`);
          expect.soft(mean, `mean difference of tile ${level}/${column}/${row}`).toBeLessThan(2);
          expect.soft(edge, `difference at the edge of tile ${level}/${column}/${row}`).toBeLessThan(4);
        }
      }
      expect(await pyramid.readTile(level, columns, 0)).toBeNull();
      expect(await pyramid.readTile(level, 0, rows)).toBeNull();
    }
    await file.close();
  });
});
