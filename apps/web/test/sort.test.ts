import { expect, test } from "vitest";
import { formatSort, parseSort, parseSortSearch } from "../src/image/sort.ts";

test("an order survives its address", () => {
  const sort = { kind: "my-kind2", number: "blurredFraction", order: "desc" } as const;
  expect(formatSort(sort)).toBe("my-kind2.blurredFraction.desc");
  expect(parseSort(parseSortSearch({ sort: formatSort(sort), other: 1 }).sort)).toEqual(sort);
});

test.each([
  undefined,
  null,
  5,
  ["a.b.asc"],
  "",
  "a.b",
  "a.b.up",
  "A.b.asc",
  "a.B.asc",
  "a.b.asc.c",
  ` a.b.asc`,
  "a.b.asc\n",
])("%o is no order", (sort) => {
  expect(parseSortSearch({ sort })).toEqual({});
  expect(parseSort(typeof sort === "string" ? sort : undefined)).toBe(null);
});
