import { expect, it } from "vitest";
import { openFileSource, openPyramid, tileJson, writePyramid, xyzMaxZoom, xyzTile } from "../src/index.ts";
import { differences } from "./expected-levels.ts";
import { asSharp, decode, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();

it.each([
  [1_003, 777, 2],
  [256, 256, 0],
  [1, 300, 1],
])(
  "the tiles of %i x %i pixels are squares at zoom 0 to %i, white beyond the image",
  async (width, height, maxZoom) => {
    await asSharp(smoothImage(width, height)).png().toFile(path("source.png"));
    await writePyramid(path("source.png"), path("pyramid.tif"));
    const file = await openFileSource(path("pyramid.tif"));
    const pyramid = await openPyramid(file);
    expect(xyzMaxZoom(pyramid)).toBe(maxZoom);
    expect(tileJson(pyramid, "/{z}/{x}/{y}.jpg")).toMatchObject({ minzoom: 0, maxzoom: maxZoom, width, height });
    for (let zoom = 0; zoom <= maxZoom; zoom += 1) {
      const scale = 2 ** (maxZoom - zoom);
      const [columns, rows] = [Math.ceil(width / scale / 256), Math.ceil(height / scale / 256)];
      for (let x = 0; x < columns; x += 1) {
        for (let y = 0; y < rows; y += 1) {
          const tile = await decode((await xyzTile(pyramid, zoom, x, y, "filled")) ?? new Uint8Array());
          expect([tile.width, tile.height]).toEqual([256, 256]);
          const clipped = await decode((await xyzTile(pyramid, zoom, x, y)) ?? new Uint8Array());
          const left = [width / scale - x * 256, height / scale - y * 256].map((px) => Math.min(256, Math.ceil(px)));
          expect([clipped.width, clipped.height]).toEqual(left);
          const { all } = differences(tile, clipped, 0, 0);
          expect(all).toBeLessThan(2);
        }
      }
      expect(await xyzTile(pyramid, zoom, columns, 0)).toBeNull();
    }
    const corner = await decode((await xyzTile(pyramid, 0, 0, 0, "filled")) ?? new Uint8Array());
    const [right, bottom] = [width, height].map((side) => Math.ceil(side / 2 ** maxZoom));
    const isWhite = (x: number, y: number) =>
      corner.data.subarray((y * 256 + x) * 3, (y * 256 + x) * 3 + 3).every((v) => v > 250);
    expect(isWhite(0, 0)).toBe(false);
    expect(isWhite((right ?? 0) - 1, (bottom ?? 0) - 1)).toBe(false);
    if ((right ?? 0) < 250) expect(isWhite((right ?? 0) + 4, 0)).toBe(true);
    if ((bottom ?? 0) < 250) expect(isWhite(0, (bottom ?? 0) + 4)).toBe(true);
    expect(await xyzTile(pyramid, maxZoom + 1, 0, 0)).toBeNull();
    await file.close();
  },
);

/** Where map viewers put a place: in parts of the square at zoom 0, from its upper left. */
const place = (longitude: number, latitude: number) => {
  const sine = Math.sin((latitude * Math.PI) / 180);
  return [(longitude + 180) / 360, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)] as const;
};

it.each([
  [1_003, 777],
  [1, 1],
  [256, 256],
  [300_000, 1],
  [1, 300_000],
  [98_765, 43_210],
  [65_536, 32_768],
  [400_000, 399_999],
])("the bounds of %i x %i pixels are the image's, and hold all tiles and no other", (widthPx, heightPx) => {
  for (const tileSizePx of [256, 512]) {
    const shape = { widthPx, heightPx, tileSizePx, tileFormat: "jpeg" } as const;
    const { bounds, maxzoom } = tileJson(shape, "") as { bounds: number[]; maxzoom: number };
    const [west = 0, south = 0, east = 0, north = 0] = bounds;
    expect([west, north]).toEqual([-180, expect.closeTo(85.0511287798066, 10)]);
    expect(east).toBeLessThanOrEqual(180);
    expect(south).toBeGreaterThanOrEqual(-85.0511287798066);
    const [right, bottom] = place(east, south);
    const sidePx = tileSizePx * 2 ** maxzoom;
    expect(right * sidePx).toBeCloseTo(widthPx, 2);
    expect(bottom * sidePx).toBeCloseTo(heightPx, 2);
    for (let zoom = 0; zoom <= maxzoom; zoom += 1) {
      const scale = 2 ** (maxzoom - zoom);
      expect(Math.ceil(right * 2 ** zoom)).toBe(Math.ceil(widthPx / scale / tileSizePx));
      expect(Math.ceil(bottom * 2 ** zoom)).toBe(Math.ceil(heightPx / scale / tileSizePx));
    }
  }
});
