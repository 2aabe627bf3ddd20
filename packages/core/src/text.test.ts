import { expect, test } from "vitest";
import { asText, line, shownName, text } from "./text.ts";

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
