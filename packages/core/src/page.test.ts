import { expect, test } from "vitest";
import { fitting } from "./page.ts";

test("an answer has room for so much, and for one item at least", () => {
  const items = (bytes: number, count: number) => Array.from({ length: count }, () => "x".repeat(bytes));
  expect(fitting(items(10, 30), 20)).toHaveLength(20);
  expect(fitting(items(10, 10), 20)).toHaveLength(10);
  expect(fitting(items(100_000, 10), 20)).toHaveLength(2);
  expect(fitting(items(1_000_000, 10), 20)).toHaveLength(1);
  expect(fitting([], 20)).toEqual([]);
});
