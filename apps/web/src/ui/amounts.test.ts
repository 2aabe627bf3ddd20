import { expect, test } from "vitest";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatPixelCount,
  formatPixels,
  formatSample,
  formatSpeed,
  wholePercent,
} from "./amounts.ts";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1_000, "1.00 kB"],
  [9_994, "9.99 kB"],
  [9_996, "10.0 kB"],
  [999_499, "999 kB"],
  [999_500, "1.00 MB"],
  [19_430_000_000, "19.4 GB"],
  [48 * 2 ** 40, "52.8 TB"],
  [2e18, "2000 PB"],
])("%d bytes are written as %s", (bytes, words) => expect(formatBytes(bytes)).toBe(words));

test.each([
  [65_535, "65,535"],
  [-0.25, "-0.25"],
  [1_234.56789, "1,234.57"],
  [0, "0"],
  [-3.4028234663852886e38, "-3.4e+38"],
  [0.00001234, "0.0000123"],
])("the sample %d is written as %s", (value, words) => expect(formatSample(value)).toBe(words));

test.each([
  [-1, "0 s"],
  [0.4, "0 s"],
  [59.4, "59 s"],
  [59.6, "1 min"],
  [90, "2 min"],
  [3_599, "1 h"],
  [12_000, "3 h 20 min"],
  [7_200, "2 h"],
  [187_200, "2 d 4 h"],
])("%d seconds are written as %s", (seconds, words) => expect(formatDuration(seconds)).toBe(words));

test("percent never reaches 100 before the end", () => {
  expect([0, 0.004, 0.29, 0.9999, 1, 1.2, -1].map(wholePercent)).toEqual([0, 0, 28, 99, 100, 100, 0]);
});

test("counts, speeds and dimensions", () => {
  expect(formatCount(131_072)).toBe("131,072");
  expect(formatSpeed(48_120_000)).toBe("48.1 MB/s");
  expect(formatPixels(98_304, 65_536)).toBe("98,304 × 65,536 px");
  expect(formatPixelCount(98_304, 65_536)).toBe("6.44 gigapixels");
  expect(formatPixelCount(6_000, 4_000)).toBe("24 megapixels");
  expect(formatPixelCount(10, 10)).toBe("100 pixels");
});
