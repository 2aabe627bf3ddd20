import { expect, test } from "vitest";
import { errorSentences, isErrorCode, TilewrightError } from "./errors.ts";

test("every refusal is whole sentences for a person, and no two are alike", () => {
  const sentences = Object.values(errorSentences);
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
  expect(new Set(sentences).size).toBe(sentences.length);
});

test("an error says the sentence of its code where nothing more is known", () => {
  expect(new TilewrightError("EMPTY_FILE")).toMatchObject({
    name: "TilewrightError",
    code: "EMPTY_FILE",
    message: errorSentences.EMPTY_FILE,
    details: {},
  });
  const known = new TilewrightError("PARTS_MISSING", "Part 3 is missing.", { missing: [3] });
  expect(known).toMatchObject({ message: "Part 3 is missing.", details: { missing: [3] } });
});

test.each(["toString", "constructor", "__proto__", "empty_file", "", 404, null, undefined])(
  "%j from elsewhere is no code",
  (value) => expect(isErrorCode(value)).toBe(false),
);
