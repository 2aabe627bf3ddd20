import { describe, expect, it } from "vitest";
import { outlines } from "../src/layers/outlines.ts";
import { otsu } from "../src/tissue/otsu.ts";
import { analysed, tempDir, tiled } from "./analysed.ts";
import {
  glassAt,
  glassColour,
  hash,
  intersectionOverUnion,
  picture,
  smoothNoise,
  stained,
  tissueAt,
} from "./composed.ts";
import { rasterised } from "./rasterised.ts";

const path = tempDir();
const sidePx = 1_536;

/** Irregular pieces with holes, some of them touching the edge. */
const isTissue = (x: number, y: number): boolean =>
  smoothNoise(x, y, 420, 11) + 0.35 * smoothNoise(x, y, 90, 12) > 0.72 && smoothNoise(x, y, 160, 13) < 0.78;

const truth = Uint8Array.from({ length: sidePx * sidePx }, (_, i) =>
  isTissue(i % sidePx, Math.floor(i / sidePx)) ? 1 : 0,
);
const truePx = truth.reduce((sum, value) => sum + value, 0);
const pieces = picture(sidePx, sidePx, (x, y) => (isTissue(x, y) ? tissueAt(x, y) : glassAt(x, y)));

/** The overview's mask, as pixels of the full image. */
function atFullSize(mask: { data: Uint8Array; widthPx: number }, scale: number): Uint8Array {
  return Uint8Array.from(truth, (_, i) => {
    const [x, y] = [Math.floor((i % sidePx) / scale), Math.floor(Math.floor(i / sidePx) / scale)];
    return mask.data[y * mask.widthPx + x] ?? 0;
  });
}

it("pieces of tissue with holes are found, and their area", async () => {
  const { subject, tissue, overview, numbers } = await analysed(await tiled(pieces, path("pieces.tif")), {}, 0.5);
  expect(subject).toBe("slide");
  expect(overview.scale).toBe(2);
  expect(intersectionOverUnion(atFullSize(tissue, overview.scale), truth)).toBeGreaterThan(0.95);
  const trueArea = truePx * 0.0005 ** 2;
  expect(Math.abs((numbers["tissueArea"] ?? 0) / trueArea - 1)).toBeLessThan(0.03);
  expect(Math.abs((numbers["tissueFraction"] ?? 0) - truePx / sidePx ** 2)).toBeLessThan(0.01);
});

it("their outlines are of the same area, by another way", async () => {
  const { tissue, overview } = await analysed(await tiled(pieces, path("outlines.tif")));
  const drawn = rasterised(outlines(tissue, overview), sidePx, sidePx);
  expect(intersectionOverUnion(drawn, atFullSize(tissue, overview.scale))).toBeGreaterThan(0.985);
  expect(intersectionOverUnion(drawn, truth)).toBeGreaterThan(0.95);
});

it("without a scale there is no area", async () => {
  const { numbers } = await analysed(await tiled(pieces, path("no-scale.tif")));
  expect(numbers["tissueArea"]).toBeNull();
  expect(numbers["tissueFraction"]).not.toBeNull();
});

describe("an empty slide", () => {
  it("is said to be one, in uneven light and with dust", async () => {
    const empty = picture(sidePx, 1_024, (x, y) => {
      const light = 1 - 0.04 * smoothNoise(x, y, 900, 4);
      const isDust = (x - 400) ** 2 + (y - 300) ** 2 < 900;
      return isDust ? [120, 115, 118] : glassAt(x, y).map((value) => value * light);
    });
    const { verdict, numbers, subject } = await analysed(await tiled(empty, path("empty.tif")));
    expect(subject).toBe("slide");
    expect(verdict).toEqual({ level: "poor", text: "Empty slide" });
    expect(numbers).toMatchObject({
      tissueFraction: 0,
      blurredFraction: null,
      overexposedFraction: null,
      haematoxylinAngle: null,
    });
  });

  it("is one even if all is of one colour", async () => {
    const white = picture(300, 200, () => glassColour);
    const { verdict } = await analysed(await tiled(white, path("white.tif")));
    expect(verdict.text).toBe("Empty slide");
  });
});

it("a slide that is nothing but tissue is all tissue", async () => {
  const full = picture(1_024, 1_024, (x, y) => tissueAt(x, y));
  const { numbers } = await analysed(await tiled(full, path("full.tif")), { subject: "slide" });
  expect(numbers["tissueFraction"]).toBeGreaterThan(0.98);
});

it("pale tissue is tissue", async () => {
  const isPale = (x: number): boolean => x > 300 && x < 800;
  const pale = picture(1_024, 1_024, (x, y) => (isPale(x) ? stained(0, 0.09 + 0.06 * hash(x, y, 1)) : glassAt(x, y)));
  const { numbers } = await analysed(await tiled(pale, path("pale.tif")), { subject: "slide" });
  expect(numbers["tissueFraction"]).toBeCloseTo(0.5, 1);
});

it("Otsu's threshold lies between two kinds, and says how far apart they are", () => {
  const counts = new Array<number>(100).fill(0);
  for (const [bin, count] of [
    [10, 50],
    [12, 50],
    [80, 30],
    [84, 30],
  ] as const) {
    counts[bin] = count;
  }
  const found = otsu(counts);
  expect(found?.bin).toBeGreaterThan(12);
  expect(found?.bin).toBeLessThanOrEqual(80);
  expect(found?.separability).toBeGreaterThan(0.99);
  expect(otsu([0, 7, 0])).toBeNull();
  // Of values spread evenly, three quarters of the variance.
  expect(otsu(new Array<number>(100).fill(1))?.separability).toBeCloseTo(0.75, 2);
});
