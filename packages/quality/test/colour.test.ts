import { describe, expect, it } from "vitest";
import { degreesBetween, estimateStains } from "../src/colour/stain.ts";
import { eigenvectors } from "../src/colour/symmetric-eigen.ts";
import { analysed, tempDir, tiled } from "./analysed.ts";
import {
  eosin,
  glassAt,
  glassColour,
  haematoxylin,
  type Picture,
  picture,
  smoothNoise,
  texture,
  tissueAt,
  type Vector,
} from "./composed.ts";

const path = tempDir();
const sidePx = 768;

const isTissue = (x: number, y: number): boolean => smoothNoise(x, y, 300, 21) > 0.4;
const slide = (stains = { haematoxylin, eosin }): Picture =>
  picture(sidePx, sidePx, (x, y) => (isTissue(x, y) ? tissueAt(x, y, stains) : glassAt(x, y)));

describe("stains", () => {
  const unit = (vector: Vector): Vector => vector.map((value) => value / Math.hypot(...vector)) as unknown as Vector;

  it.each([
    ["of Ruifrok and Johnston", { haematoxylin, eosin }],
    ["of Macenko", { haematoxylin: [0.5626, 0.7201, 0.4062], eosin: [0.2159, 0.8012, 0.5581] }],
    ["of another laboratory", { haematoxylin: [0.6, 0.75, 0.28], eosin: [0.12, 0.93, 0.34] }],
  ] as const)("%s are found to within four degrees", async (name, stains) => {
    const { stains: found, numbers } = await analysed(await tiled(slide(stains), path(`${name}.tif`)));
    if (!found) throw new Error("no stains were found");
    expect(degreesBetween(found.haematoxylin.vector, unit(stains.haematoxylin))).toBeLessThan(4);
    expect(degreesBetween(found.eosin.vector, unit(stains.eosin))).toBeLessThan(4);
    expect(numbers["haematoxylinRed"]).toBeCloseTo(found.haematoxylin.vector[0], 4);
    const angle = degreesBetween(unit(stains.eosin), unit(eosin));
    expect(Math.abs((numbers["eosinAngle"] ?? 0) - angle)).toBeLessThan(4);
  });

  it("of DAB are not taken for eosin", async () => {
    const stains = { haematoxylin, eosin: [0.268, 0.57, 0.776] as const };
    const { subject, numbers } = await analysed(await tiled(slide(stains), path("dab.tif")));
    expect(subject).toBe("slide");
    expect(numbers).toMatchObject({ haematoxylinAngle: null, eosinAngle: null, eosinRed: null });
  });

  it("are not told of too few pixels, or of one colour", () => {
    expect(estimateStains(new Uint8Array(30), glassColour)).toBeNull();
    expect(estimateStains(new Uint8Array(30_000).fill(90), glassColour)).toBeNull();
  });

  it("need eigenvectors, which are at right angles and keep their direction", () => {
    const matrix = [
      [4, 1, -2],
      [1, 3, 0.5],
      [-2, 0.5, 6],
    ] as const;
    const vectors = eigenvectors(matrix);
    for (const vector of vectors) {
      const image = matrix.map((row) => row.reduce((sum, value, i) => sum + value * (vector[i] ?? 0), 0));
      const value = image.reduce((sum, each, i) => sum + each * (vector[i] ?? 0), 0);
      for (const [i, each] of image.entries()) expect(each).toBeCloseTo(value * (vector[i] ?? 0), 9);
    }
    expect(vectors[0].reduce((sum, value, i) => sum + value * (vectors[1][i] ?? 0), 0)).toBeCloseTo(0, 9);
  });
});

describe("exposure", () => {
  const isSpoilt = (x: number, y: number): boolean => x < sidePx / 2 && y < sidePx / 2;
  const photo = (colourOf: (value: number) => number): Picture =>
    picture(sidePx, sidePx, (x, y) => {
      const light = 30 + 190 * texture(x, y, 33);
      return isSpoilt(x, y) ? [light, light, light * 0.97].map(colourOf) : [light * 0.75, light * 0.95, light * 0.8];
    });

  it("that is too long is found in a photograph", async () => {
    const image = photo((value) => 2 * value);
    const clippedPx = image.rgb.filter((value, i) => i % 3 === 2 && value >= 250).length;
    const { numbers, verdict, subject } = await analysed(await tiled(image, path("over.tif")));
    expect(subject).toBe("picture");
    const fraction = numbers["overexposedFraction"] ?? 0;
    expect(Math.abs(fraction - clippedPx / sidePx ** 2)).toBeLessThan(0.02);
    expect(fraction).toBeGreaterThan(0.08);
    expect(numbers["underexposedFraction"]).toBe(0);
    expect(verdict.text).toBe(`Overexposed ${Math.round(fraction * 100)} %`);
  });

  it("that is too short is found in a photograph", async () => {
    const { numbers, verdict } = await analysed(
      await tiled(
        photo((value) => value / 40),
        path("under.tif"),
      ),
    );
    expect(numbers["underexposedFraction"]).toBeCloseTo(0.25, 2);
    expect(verdict).toEqual({ level: "poor", text: "Underexposed 25 %" });
  });

  it("of tissue is told of the tissue alone", async () => {
    const bright = picture(sidePx, sidePx, (x, y) =>
      isTissue(x, y) ? tissueAt(x, y).map((value) => (y < sidePx / 2 ? 1.8 * value : value)) : [255, 255, 255],
    );
    let [tissuePx, clippedPx] = [0, 0];
    for (let i = 0; i < sidePx * sidePx; i++) {
      if (!isTissue(i % sidePx, Math.floor(i / sidePx))) continue;
      tissuePx += 1;
      const [least = 0, middle = 0] = [...bright.rgb.subarray(3 * i, 3 * i + 3)].sort((one, other) => one - other);
      if (middle >= 250 && least < 247) clippedPx += 1;
    }
    const { numbers } = await analysed(await tiled(bright, path("bright.tif"), { quality: 95 }), { subject: "slide" });
    expect(clippedPx / tissuePx).toBeGreaterThan(0.05);
    expect(Math.abs((numbers["overexposedFraction"] ?? 0) - clippedPx / tissuePx)).toBeLessThan(0.03);
  });

  it("of tissue that is well exposed is not complained of", async () => {
    const { numbers } = await analysed(await tiled(slide(), path("well.tif")));
    expect(numbers["overexposedFraction"]).toBe(0);
    expect(numbers["underexposedFraction"]).toBeLessThan(0.01);
  });

  it("is not told of the overshoot that JPEG has at edges, where the glass itself is not too bright", async () => {
    const crumbs = picture(2 * sidePx, 2 * sidePx, (x, y) =>
      smoothNoise(x, y, 40, 21) > 0.5 ? tissueAt(x, y) : glassAt(x, y),
    );
    const { numbers, verdict } = await analysed(await tiled(crumbs, path("crumbs.tif")), { subject: "slide" });
    expect(numbers["redBalance"]).toBeCloseTo(1, 2);
    expect(numbers["greenBalance"]).toBeCloseTo(1, 2);
    expect(Math.max(...crumbs.rgb.subarray(0, 3_000))).toBeLessThan(250);
    expect(numbers["overexposedFraction"]).toBe(0);
    expect(verdict).toEqual({ level: "good", text: "Sharp" });
  });

  it.each([
    ["a slide", slide()],
    ["a photograph", photo((value) => value)],
  ] as const)("that leaves %s all dark is told of all of it, though black is nowhere", async (name, { rgb }) => {
    const dark = picture(sidePx, sidePx, (x, y) =>
      [...rgb.subarray((y * sidePx + x) * 3, (y * sidePx + x) * 3 + 3)].map((value) => 0.35 * value + 14),
    );
    const { numbers, verdict } = await analysed(await tiled(dark, path(`dark ${name}.tif`)));
    expect(numbers["underexposedFraction"]).toBe(1);
    expect(verdict).toEqual({ level: "poor", text: "Underexposed 100 %" });
  });

  it("of a scene at night with a lamp in it is told of what is black", async () => {
    const isLamp = (x: number, y: number): boolean => Math.hypot(x - 300, y - 300) < 60;
    const night = picture(sidePx, sidePx, (x, y) =>
      isLamp(x, y) ? [250, 240, 190] : [30, 34, 60].map((value) => value + 40 * texture(x, y, 8)),
    );
    const { numbers } = await analysed(await tiled(night, path("night.tif")));
    expect(numbers["underexposedFraction"]).toBe(0);
  });

  it("is not what white paper has", async () => {
    const drawing = picture(sidePx, sidePx, (x, y) =>
      (x >> 5) % 4 === 0 || (y >> 5) % 5 === 0 ? [60, 140, 70] : [255, 255, 255],
    );
    const { numbers, subject } = await analysed(await tiled(drawing, path("map.tif")));
    expect(subject).toBe("picture");
    expect(numbers["overexposedFraction"]).toBe(0);
  });
});

describe("colour balance", () => {
  it("of a slide is that of its glass", async () => {
    const yellowish = picture(sidePx, sidePx, (x, y) =>
      (isTissue(x, y) ? tissueAt(x, y) : glassAt(x, y)).map(
        (value, channel) => value * ([1, 0.98, 0.92][channel] ?? 0),
      ),
    );
    const { numbers } = await analysed(await tiled(yellowish, path("yellowish.tif")));
    const mean = (1 + 0.98 + 0.92) / 3;
    expect(numbers["redBalance"]).toBeCloseTo(1 / mean, 1);
    expect(numbers["blueBalance"]).toBeCloseTo(0.92 / mean, 1);
    expect(numbers["blueBalance"]).toBeLessThan(0.97);
  });

  it("of a picture is that of all of it, and 1 where it is grey", async () => {
    const grey = picture(400, 300, (x, y) => Array(3).fill(20 + 200 * texture(x, y, 3)) as number[]);
    const { numbers, stains, subject } = await analysed(await tiled(grey, path("grey.tif")));
    expect(subject).toBe("picture");
    expect(stains).toBeNull();
    for (const name of ["redBalance", "greenBalance", "blueBalance"]) expect(numbers[name]).toBeCloseTo(1, 2);
  });
});
