import type { AnalysisStatus } from "@tilewright/client";
import type { AnalysisNumber } from "@tilewright/core/analysis";
import { expect, test } from "vitest";
import { compareNumbers, unlikeWords } from "../src/analysis/comparison.ts";
import { formatNumber, formatQuantity } from "../src/analysis/quantity.ts";

const number = (name: string, value: number | null, unit = "1"): AnalysisNumber => ({ name, label: name, value, unit });

test.each([
  [number("blurredFraction", 0.1417), "14.2 %"],
  [number("blurredFraction", 1), "100 %"],
  [number("redBalance", 1.0234567), "1.023"],
  [number("tissueArea", 123.456, "mm2"), "123.5 mm²"],
  [number("width", 0.5, "um"), "0.5 µm"],
  [number("angle", 12, "deg"), "12°"],
  [number("count", 65_535, "constructor"), "65,540 constructor"],
  [number("tissueArea", null, "mm2"), "unknown"],
])("%o is written %o", (given, words) => expect(formatNumber(given)).toBe(words));

test("a quantity of any size is written", () => expect(formatQuantity(3.4e38, "um")).toBe("3.4e+38 µm"));

test("numbers stand side by side with their difference", () => {
  const one = [number("blurredFraction", 0.14), number("tissueArea", 3.5, "mm2"), number("old", 1), number("same", 2)];
  const other = [
    number("blurredFraction", 0.172),
    number("tissueArea", 3.25, "mm2"),
    number("same", 2),
    number("fresh", null),
  ];
  expect(compareNumbers(one, other)).toEqual([
    { name: "blurredFraction", label: "blurredFraction", one: "14 %", other: "17.2 %", difference: "+3.2 points" },
    { name: "tissueArea", label: "tissueArea", one: "3.5 mm²", other: "3.25 mm²", difference: "−0.25 mm²" },
    { name: "old", label: "old", one: "1", other: "–", difference: null },
    { name: "same", label: "same", one: "2", other: "2", difference: "0" },
    { name: "fresh", label: "fresh", one: "–", other: "unknown", difference: null },
  ]);
});

test("numbers in two units have no difference", () => {
  expect(compareNumbers([number("area", 1, "mm2")], [number("area", 1, "px2")])[0]?.difference).toBe(null);
});

test("why two analyses may differ is said", () => {
  const one = {
    kind: { name: "quality", version: "1.0.0", title: "Quality" },
    parameters: { cellSizePx: 128, subject: "auto" },
    pyramidJobId: "a",
  } as unknown as AnalysisStatus;
  expect(unlikeWords(one, one)).toEqual([]);
  const other = {
    ...one,
    kind: { ...one.kind, version: "1.1.0" },
    parameters: { cellSizePx: 64, subject: "auto", seed: 1 },
    pyramidJobId: "b",
  };
  expect(unlikeWords(one, other)).toEqual([
    "Their versions differ: 1.0.0 and 1.1.0.",
    "cellSizePx differs: 128 and 64.",
    "seed differs: nothing and 1.",
    "They looked at two pyramids of the slide.",
  ]);
  expect(unlikeWords(one, { ...other, kind: { ...one.kind, name: "pen" } })).toEqual([
    "They are two kinds of analysis.",
  ]);
});
