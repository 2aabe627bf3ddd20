import { expect, test } from "vitest";
import { colourAt, scaleGradient } from "../src/viewer/layers/colour-scale.ts";

/** CIE L*, 0 to 100, of an sRGB colour (IEC 61966-2-1). */
function lightness([red, green, blue]: readonly [number, number, number]): number {
  const linear = (value: number) => (value <= 10.31 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return 116 * Math.cbrt(luminance) - 16;
}

test("the ends and the middle are viridis'", () => {
  expect(colourAt(0)).toEqual([0x44, 0x01, 0x54]);
  expect(colourAt(0.5)).toEqual([0x21, 0x91, 0x8c]);
  expect(colourAt(1)).toEqual([0xfd, 0xe7, 0x25]);
});

test("what lies beyond an end has its colour", () => {
  expect(colourAt(-3)).toEqual(colourAt(0));
  expect(colourAt(7)).toEqual(colourAt(1));
});

test("lightness alone tells the values apart: it rises evenly", () => {
  const steps = Array.from({ length: 101 }, (_, index) => lightness(colourAt(index / 100)));
  const rises = steps.slice(1).map((value, index) => value - (steps[index] ?? 0));
  expect(Math.min(...rises)).toBeGreaterThan(0.4);
  expect(Math.max(...rises)).toBeLessThan(1.2);
});

test("a legend shows the same scale, either way round", () => {
  expect(scaleGradient(false)).toMatch(/^linear-gradient\(to right, rgb\(68,1,84\), .*, rgb\(253,231,37\)\)$/);
  expect(scaleGradient(true)).toMatch(/^linear-gradient\(to right, rgb\(253,231,37\), .*, rgb\(68,1,84\)\)$/);
});
