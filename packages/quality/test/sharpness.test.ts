import { describe, expect, it } from "vitest";
import { worstFields } from "../src/summary/fields.ts";
import { analysed, tempDir, tiled } from "./analysed.ts";
import { blurred, glassAt, hash, intersectionOverUnion, picture, smoothNoise, texture, tissueAt } from "./composed.ts";

const path = tempDir();
const sidePx = 1_024;
const cellPx = 128;
const columns = sidePx / cellPx;

/** With some glass, by which it is known for a slide; its edge is none that blocks of a JPEG have. */
const allTissue = picture(sidePx, sidePx, (x, y) =>
  y < 20 + 20 * smoothNoise(x, 0, 40, 2) ? glassAt(x, y) : tissueAt(x, y),
);
const photo = picture(sidePx, sidePx, (x, y) => {
  const light = 40 + 170 * texture(x, y, 30);
  return [light, 0.9 * light + 20 * smoothNoise(x, y, 200, 8), 0.7 * light];
});

/** Of the grid's cells, which lie on the blurred side. */
const truth = (isBlurred: (x: number, y: number) => boolean): number[] =>
  Array.from({ length: columns * columns }, (_, cell) =>
    isBlurred((cell % columns) * cellPx + cellPx / 2, Math.floor(cell / columns) * cellPx + cellPx / 2) ? 1 : 0,
  );

const found = (sharpness: Float64Array, threshold = 0.55): number[] =>
  Array.from(sharpness, (value) => (value < threshold ? 1 : 0));

describe("a blurred half", () => {
  const isRight = (x: number): boolean => x >= sidePx / 2;

  it.each([2, 4, 8])("of tissue under a blur of %d px is found to within two hundredths", async (sigmaPx) => {
    const half = await blurred(allTissue, sigmaPx, isRight);
    const { numbers, sharpness, verdict, subject } = await analysed(await tiled(half, path(`half-${sigmaPx}.tif`)));
    expect(subject).toBe("slide");
    expect(Math.abs((numbers["blurredFraction"] ?? 0) - 0.5)).toBeLessThan(0.02);
    expect(intersectionOverUnion(found(sharpness), truth(isRight))).toBeGreaterThan(0.95);
    expect(verdict).toEqual({ level: "poor", text: "Blurred 50 %" });
  });

  it.each([24, 40, 80])(
    "of tissue under %d px, in which nothing is left to be seen, is not called sharp",
    async (sigmaPx) => {
      const half = await blurred(allTissue, sigmaPx, isRight);
      const { numbers, verdict, subject } = await analysed(await tiled(half, path(`lost-${sigmaPx}.tif`)));
      expect(subject).toBe("slide");
      const unsharp = (numbers["blurredFraction"] ?? 0) + (numbers["structurelessFraction"] ?? 0);
      expect(Math.abs(unsharp - 0.5)).toBeLessThan(0.02);
      expect(verdict.level).toBe("doubtful");
      if (sigmaPx > 24) expect(verdict.text).toMatch(/^No structure (4|5)\d %$/);
    },
  );

  it("of a photograph is found as well", async () => {
    const half = await blurred(photo, 3, isRight);
    const { numbers, sharpness, subject } = await analysed(await tiled(half, path("photo-half.tif")));
    expect(subject).toBe("picture");
    expect(numbers["blurredFraction"]).toBeCloseTo(0.5, 1);
    expect(intersectionOverUnion(found(sharpness), truth(isRight))).toBeGreaterThan(0.95);
  });

  it("is the same whatever the tiles are compressed with", async () => {
    const half = await blurred(allTissue, 3, isRight);
    const settings = [
      ...[60, 70, 80, 90, 95].map((quality) => ({ quality })),
      { quality: 80, tileFormat: "webp" as const },
      { quality: 80, tileSizePx: 512 as const },
    ];
    for (const [i, setting] of settings.entries()) {
      const pyramid = await tiled(half, path(`setting-${i}.tif`), setting);
      const { sharpness, numbers } = await analysed(pyramid);
      expect(intersectionOverUnion(found(sharpness), truth(isRight)), JSON.stringify(setting)).toBeGreaterThan(0.95);
      expect(numbers["blurredFraction"], JSON.stringify(setting)).toBeCloseTo(0.5, 1);
    }
  });

  it("is found in cells of each size", async () => {
    const pyramid = await tiled(await blurred(allTissue, 3, isRight), path("cells.tif"));
    for (const cellSizePx of [64, 128, 256, 512] as const) {
      const { numbers, cells } = await analysed(pyramid, { cellSizePx });
      expect(cells.columns).toBe(sidePx / cellSizePx);
      expect(numbers["blurredFraction"], String(cellSizePx)).toBeCloseTo(0.5, 1);
    }
  });

  it("is found in the noise of a sensor", async () => {
    const half = await blurred(allTissue, 3, isRight);
    const noisy = picture(sidePx, sidePx, (x, y) => {
      const noise = 10 * (hash(x, y, 40) + hash(x, y, 41) - 1);
      return [...half.rgb.subarray((y * sidePx + x) * 3, (y * sidePx + x) * 3 + 3)].map((value) => value + noise);
    });
    const { sharpness } = await analysed(await tiled(noisy, path("noisy.tif"), { quality: 90 }), { subject: "slide" });
    expect(intersectionOverUnion(found(sharpness), truth(isRight))).toBeGreaterThan(0.9);
  });
});

it("a scanner's stripe is found where it is, and its worst fields lie in it", async () => {
  const isStripe = (_x: number, y: number): boolean => y >= 512 && y < 768;
  const striped = await blurred(allTissue, 3, isStripe);
  const measured = await analysed(await tiled(striped, path("stripe.tif")));
  expect(intersectionOverUnion(found(measured.sharpness), truth(isStripe))).toBeGreaterThan(0.9);
  expect(measured.numbers["blurredFraction"]).toBeCloseTo(256 / 990, 1);
  const fields = worstFields(measured);
  expect(fields.length).toBeGreaterThan(1);
  for (const { yPx, heightPx } of fields) expect(yPx >= 512 && yPx + heightPx <= 768).toBe(true);
  const values = fields.map(({ value }) => value);
  expect(values).toEqual(values.toSorted((a, b) => a - b));
});

it("what is sharp is not called blurred", async () => {
  for (const [name, image] of [
    ["tissue", allTissue],
    ["photo", photo],
  ] as const) {
    for (const quality of [60, 80, 95]) {
      const { numbers, verdict } = await analysed(
        await tiled(image, path(`sharp-${name}-${quality}.tif`), { quality }),
      );
      expect(numbers["blurredFraction"], `${name} ${quality}`).toBe(0);
      expect(verdict).toEqual({ level: "good", text: "Sharp" });
    }
  }
});

it("weakly stained tissue is as sharp as any other", async () => {
  const pale = picture(sidePx, sidePx, (x, y) => tissueAt(x, y).map((value) => 243 - (243 - value) * 0.4));
  const { numbers } = await analysed(await tiled(pale, path("pale.tif")), { subject: "slide" });
  expect(numbers["blurredFraction"]).toBe(0);
});

it("tissue without structure, as fat has it, is not called blurred", async () => {
  const isFat = (x: number, y: number): boolean => x >= 256 && x < 768 && y >= 256 && y < 768;
  const fatty = picture(sidePx, sidePx, (x, y) =>
    isFat(x, y) ? [215, 160, 200].map((value) => value + 2 * hash(x, y, 3)) : tissueAt(x, y),
  );
  const { numbers, sharpness } = await analysed(await tiled(fatty, path("fat.tif")), { subject: "slide" });
  expect(numbers["blurredFraction"]).toBe(0);
  expect(numbers["structurelessFraction"]).toBeCloseTo(0.25, 1);
  expect(sharpness[3 * columns + 3]).toBeNaN();
});

it("pure noise is not blurred", async () => {
  const noise = picture(512, 512, (x, y) => [0, 1, 2].map((channel) => 255 * hash(x, y, channel)));
  const { numbers, subject } = await analysed(await tiled(noise, path("noise.tif")));
  expect(subject).toBe("picture");
  expect(numbers["blurredFraction"]).toBe(0);
});

it("nothing is measured beside the tissue", async () => {
  const isTissue = (x: number): boolean => x < sidePx / 2;
  const half = picture(sidePx, sidePx, (x, y) => (isTissue(x) ? tissueAt(x, y) : glassAt(x, y)));
  const { sharpness } = await analysed(await tiled(half, path("beside.tif")));
  const known = Array.from(sharpness, (value) => (Number.isNaN(value) ? 0 : 1));
  expect(intersectionOverUnion(known, truth(isTissue))).toBe(1);
});
