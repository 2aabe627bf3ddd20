import { expect, test } from "vitest";
import { NewDatasetMetadata } from "./metadata.ts";

test("metadata have 8 kB, counted as they travel", () => {
  const of = (value: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`key ${n}`, value]));
  expect(NewDatasetMetadata.safeParse(of("x".repeat(1_900), 4)).success).toBe(true);
  expect(NewDatasetMetadata.safeParse(of("x".repeat(1_900), 5)).success).toBe(false);
  expect(NewDatasetMetadata.safeParse(of("€".repeat(1_900), 2)).success).toBe(false);
  expect(NewDatasetMetadata.safeParse(of('"'.repeat(1_900), 3)).success).toBe(false);
  expect(NewDatasetMetadata.safeParse(of("x", 51)).success).toBe(false);
  expect(NewDatasetMetadata.safeParse({ deep: { er: 1 } }).success).toBe(false);
});
