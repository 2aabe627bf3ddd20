import type { GridLayer } from "@tilewright/core/analysis";
import { expect, test } from "vitest";
import { colourAt } from "../src/viewer/layers/colour-scale.ts";
import { type Grid, paintGrid, valueAt } from "../src/viewer/layers/grid.ts";
import { fromSlider, thresholdOf, toSlider } from "../src/viewer/layers/threshold.ts";
import { sharpness } from "./fake/analysis.ts";

/** Three columns of 10 px and two rows of 20 px, from (100, 200) on. */
const layer: GridLayer = {
  ...sharpness,
  originXPx: 100,
  originYPx: 200,
  cellWidthPx: 10,
  cellHeightPx: 20,
  columns: 3,
  rows: 2,
  range: [0, 10],
  threshold: null,
};
const grid: Grid = { layer, values: Float32Array.of(0, 5, 10, Number.NaN, -4, 20) };

test.each([
  [100, 200, 0],
  [109.9, 219.9, 0],
  [110, 200, 5],
  [129.9, 200, 10],
  [100, 220, null],
  [125, 239.9, 20],
  [99.9, 200, null],
  [130, 200, null],
  [100, 199.9, null],
  [100, 240, null],
])("the value at (%d, %d) is %o", (x, y, value) => expect(valueAt(grid, x, y)).toBe(value));

const painted = (given: Grid, threshold: number | null) => {
  const pixels = paintGrid(given, threshold);
  return Array.from({ length: given.values.length }, (_, index) => [...pixels.subarray(index * 4, index * 4 + 4)]);
};
const clear = [0, 0, 0, 0];
const opaque = (fraction: number) => [...colourAt(fraction), 255];

test("every value has its colour, and no value none", () => {
  const [low, middle, high, none, beneath, beyond] = painted(grid, null);
  expect([low, high, none, beneath, beyond]).toEqual([opaque(0), opaque(1), clear, opaque(0), opaque(1)]);
  expect(middle?.[3]).toBe(255);
});

test("cells that do not pass the threshold are clear, the threshold itself passes", () => {
  const isClear = (given: Grid, threshold: number) => painted(given, threshold).map(([, , , alpha]) => alpha === 0);
  expect(isClear(grid, 5)).toEqual([true, false, false, true, true, false]);
  const low: Grid = { ...grid, layer: { ...layer, threshold: { value: 5, wants: "below" } } };
  expect(isClear(low, 5)).toEqual([false, false, true, true, false, true]);
});

test("what wants a look is bright", () => {
  const low: Grid = { ...grid, layer: { ...layer, threshold: { value: 5, wants: "below" } } };
  const [least, , most] = painted(low, null);
  expect([least, most]).toEqual([opaque(1), opaque(0)]);
});

test("a range without extent is painted too", () => {
  const flat: Grid = { layer: { ...layer, columns: 1, rows: 1, range: [3, 3] }, values: Float32Array.of(3) };
  expect(painted(flat, null)).toEqual([opaque(0)]);
});

test("a threshold begins where the layer says, and the slider's end shows all", () => {
  const low: GridLayer = { ...layer, threshold: { value: 4, wants: "below" } };
  expect(thresholdOf(low, undefined)).toBe(4);
  expect(thresholdOf(low, "all")).toBe(null);
  expect(thresholdOf(low, 7)).toBe(7);
  expect(thresholdOf(layer, undefined)).toBe(null);
  expect([toSlider(low, null), fromSlider(low, 10), fromSlider(low, 0)]).toEqual([10, null, 0]);
  expect([toSlider(layer, null), fromSlider(layer, 0), fromSlider(layer, 10)]).toEqual([0, null, 10]);
  expect(toSlider(layer, 99)).toBe(10);
});
