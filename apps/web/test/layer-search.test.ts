import { expect, test } from "vitest";
import { formatChoices, parseChoices, parseLayersSearch } from "../src/analysis/layer-search.ts";
import { placeLink } from "../src/viewer/place.ts";
import { parseViewSearch } from "../src/viewer/search.ts";

const analysis = "0199c0de-0000-7000-8000-000000000001";
const compare = "0199c0de-0000-7000-8000-000000000002";

test("layers survive their link, beside the place", () => {
  const layers = { analysis, layers: "sharpness:0.6:0.3,tissue:0.8", compare, compareLayers: "sharpness:1:all" };
  const link = placeLink("http://host/slides/1?old=1", { x: 1, y: 2, zoom: 0.5, rotation: 90 }, layers);
  const search = parseViewSearch(Object.fromEntries(new URL(link).searchParams));
  expect(search).toEqual({ x: 1, y: 2, zoom: 0.5, rotation: 90, ...layers });
});

test("choices are read and written", () => {
  const choices = parseChoices("sharpness:0.6:0.3,tissue:0.8,pen:1:all");
  expect(choices).toEqual([
    { name: "sharpness", opacity: 0.6, threshold: 0.3 },
    { name: "tissue", opacity: 0.8, threshold: undefined },
    { name: "pen", opacity: 1, threshold: "all" },
  ]);
  expect(formatChoices(choices)).toBe("sharpness:0.6:0.3,tissue:0.8,pen:1:all");
  expect(formatChoices([{ name: "a", opacity: 1 / 3, threshold: 1 / 3 }])).toBe("a:0.33:0.333333");
});

test.each([
  ["a", "a:0.6"],
  ["a:", "a:0.6"],
  ["a:2", "a:1"],
  ["a:-1", "a:0"],
  ["a:NaN", "a:0.6"],
  ["a:Infinity:Infinity", "a:0.6"],
  ["a:0.5:x", "a:0.5"],
  ["a:0.5: ", "a:0.5"],
  ["a:0.5:1e308", "a:0.5:1e+308"],
  ["a:0.5:-0.25:more", "a:0.5:-0.25"],
  ["a:0.1,a:0.9", "a:0.1"],
  ["A:1,1a:1,a-b:1,__proto__:1,:1,", ""],
  [
    Array.from({ length: 40 }, (_, index) => `a${index}`).join(),
    Array.from({ length: 16 }, (_, i) => `a${i}:0.6`).join(),
  ],
])("%o is read as %o", (text, kept) => expect(formatChoices(parseChoices(text))).toBe(kept));

const nonsense = [null, true, 5, [analysis], { a: 1 }, "", "abc", `${analysis}x`, `../${analysis}`];

test.each(nonsense)("%o is no analysis, and layers without one say nothing", (value) => {
  expect(parseLayersSearch({ analysis: value, layers: "a:1", compare })).toEqual({});
  expect(parseLayersSearch({ analysis, layers: "a:1", compare: value })).toEqual({ analysis, layers: "a:1" });
});

test("text that is too long is dropped whole, and no layers at all are not the usual ones", () => {
  expect(parseLayersSearch({ analysis, layers: "a".repeat(2_049) })).toEqual({ analysis });
  expect(parseLayersSearch({ analysis, layers: "" })).toEqual({ analysis, layers: "" });
  expect(parseLayersSearch({ analysis, layers: 7 })).toEqual({ analysis });
});

test("an analysis is not compared with itself", () => {
  expect(parseLayersSearch({ analysis, compare: analysis.toUpperCase(), compareLayers: "a:1" })).toEqual({ analysis });
});
