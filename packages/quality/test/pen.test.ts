import { expect, it } from "vitest";
import { outlines } from "../src/layers/outlines.ts";
import { analysed, tempDir, tiled } from "./analysed.ts";
import { glassAt, hash, intersectionOverUnion, picture, smoothNoise, tissueAt } from "./composed.ts";
import { rasterised } from "./rasterised.ts";

const path = tempDir();
const sidePx = 1_280;

const isTissue = (x: number, y: number): boolean => smoothNoise(x, y, 350, 51) > 0.45;
/** A wavy stroke over glass and tissue. */
const isStroke = (x: number, y: number): boolean =>
  Math.abs(y - 400 - 150 * Math.sin(x / 190)) < 60 && x > 200 && x < 1_100;

const inks = { blue: [40, 60, 170], green: [30, 140, 70], black: [28, 28, 32], red: [205, 25, 35] } as const;

const marked = (ink: readonly number[]) =>
  picture(sidePx, sidePx, (x, y) => {
    const below = isTissue(x, y) ? tissueAt(x, y) : glassAt(x, y);
    return isStroke(x, y)
      ? ink.map((value, i) => value * (0.95 + 0.05 * hash(x, y, i)) * (0.8 + 0.2 * ((below[i] ?? 0) / 255)))
      : below;
  });

const stroke = Array.from({ length: sidePx * sidePx }, (_, i) =>
  isStroke(i % sidePx, Math.floor(i / sidePx)) ? 1 : 0,
);
const strokePx = stroke.filter((value) => value === 1).length;

it.each(Object.entries(inks))("a stroke of %s ink is found, and is no tissue", async (name, ink) => {
  const { pen, tissue, overview, numbers, verdict, subject } = await analysed(
    await tiled(marked(ink), path(`${name}.tif`)),
  );
  expect(subject).toBe("slide");
  const drawn = rasterised(outlines(pen, overview), sidePx, sidePx);
  expect(intersectionOverUnion(drawn, stroke)).toBeGreaterThan(0.9);
  expect(Math.abs((numbers["penFraction"] ?? 0) - strokePx / sidePx ** 2)).toBeLessThan(0.01);
  expect(verdict.text).toBe("Pen marks");
  for (const [i, value] of tissue.data.entries()) if (value + (pen.data[i] ?? 0) > 1) expect.fail(`${i} is both`);
});

it("ink in many pieces of tissue is what the verdict is of", async () => {
  const crumbs = picture(sidePx, sidePx, (x, y) => {
    if (isStroke(x, y)) return inks.blue;
    return smoothNoise(x, y, 40, 21) > 0.5 ? tissueAt(x, y) : glassAt(x, y);
  });
  const { verdict } = await analysed(await tiled(crumbs, path("crumbs.tif")), { subject: "slide" });
  expect(verdict).toEqual({ level: "doubtful", text: "Pen marks" });
});

it("tissue without ink has none", async () => {
  const plain = picture(sidePx, sidePx, (x, y) => (isTissue(x, y) ? tissueAt(x, y) : glassAt(x, y)));
  const { numbers } = await analysed(await tiled(plain, path("plain.tif")));
  expect(numbers["penFraction"]).toBe(0);
});

it("a slide with nothing but ink is called that", async () => {
  const alone = picture(sidePx, sidePx, (x, y) => (isStroke(x, y) ? inks.blue : glassAt(x, y)));
  const { verdict } = await analysed(await tiled(alone, path("alone.tif")), { subject: "slide" });
  expect(verdict).toEqual({ level: "poor", text: "Pen marks, no tissue" });
});

it("a landscape is no slide with ink on it", async () => {
  const landscape = picture(sidePx, 900, (x, y) => {
    const grain = 30 * smoothNoise(x, y, 3, 5);
    if (y < 300) return [150 + grain, 180 + grain, 225 + grain / 2];
    return x < 700 ? [60 + grain, 120 + grain, 50] : [120 + grain, 95 + grain, 60];
  });
  const { subject, numbers } = await analysed(await tiled(landscape, path("landscape.tif")));
  expect(subject).toBe("picture");
  expect(numbers["penFraction"]).toBe(0);
});
