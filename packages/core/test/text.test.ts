import { expect, test } from "vitest";
import { asText, fitting, line, NewDatasetMetadata, shownName, text } from "../src/index.ts";

test("text is what UTF-8 and PostgreSQL can hold", () => {
  for (const kept of ["", "a name", "two\nlines", "\u{1F52C} 5 µm", "שלום", "\u202Edog"]) {
    expect(text(20).parse(kept)).toBe(kept);
  }
  for (const refused of ["\0", "a\0", "\uD83D", "\uDD2C\uD83D", "a".repeat(21)]) {
    expect(text(20).safeParse(refused).success).toBe(false);
  }
  for (const refused of ["two\nlines", "\u001b[31m", "\u009b", "\t"]) {
    expect(line(20).safeParse(refused).success).toBe(false);
  }
});

test("a text is cut and mended without becoming one that is refused", () => {
  for (const raw of ["a\0b", "\u{1F52C}\u{1F52C}", "x\uD800", "a".repeat(50), "ok"]) {
    for (let most = 1; most < 6; most += 1) expect(text(most).safeParse(asText(raw, most)).success).toBe(true);
  }
  expect(asText("as it is", 100)).toBe("as it is");
});

test("a name is shown so that nothing in it acts unseen", () => {
  expect(shownName("photo\u202Egpj.exe")).toBe("photo\uFFFDgpj.exe");
  expect(shownName("a\u2066b\u2069c\u2028d\u0085e\u001bf\uD800g")).toBe("a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\uFFFDg");
  for (const plain of ["slide 5.tif", "مقطع.tif", "שקף.tif", "👩‍🔬.tif", "e\u0301.tif"])
    expect(shownName(plain)).toBe(plain);
});

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

test("an answer has room for so much, and for one item at least", () => {
  const items = (bytes: number, count: number) => Array.from({ length: count }, () => "x".repeat(bytes));
  expect(fitting(items(10, 30), 20)).toHaveLength(20);
  expect(fitting(items(10, 10), 20)).toHaveLength(10);
  expect(fitting(items(100_000, 10), 20)).toHaveLength(2);
  expect(fitting(items(1_000_000, 10), 20)).toHaveLength(1);
  expect(fitting([], 20)).toEqual([]);
});
