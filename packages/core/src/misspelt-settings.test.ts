import { expect, test } from "vitest";
import { misspeltSentence, misspeltSettings } from "./misspelt-settings.ts";

const known = ["HOST", "PORT", "WORKERS", "STORAGE_URL", "MAX_PIXELS", "TILE_SIZE_PX", "AUDIT_EVERY_MS"];

test.each([
  ["a letter too many", "WORKERSS", "WORKERS"],
  ["a letter left out", "STORAGE_UL", "STORAGE_URL"],
  ["two swapped", "PROT", "PORT"],
  ["two wrong in a long name", "MAX_PIXLES", "MAX_PIXELS"],
  ["small letters", "storage_url", "STORAGE_URL"],
  ["an ending left out", "AUDIT_EVERY", "AUDIT_EVERY_MS"],
  ["an ending left out of a name of two words", "TILE_SIZE", "TILE_SIZE_PX"],
])("%s: %s is taken for %s", (_, name, meant) => {
  expect(misspeltSettings([name], known)).toEqual([{ name, meant }]);
});

test.each(["PATH", "HOME", "USER", "TILE", "MAX", "DATABASE_URL"])("%s is somebody else's", (name) => {
  expect(misspeltSettings([name], known)).toEqual([]);
});

test("nobody who has set a setting can have meant it by another name", () => {
  expect(misspeltSettings(["PORT", "PROT"], known)).toEqual([]);
});

test("the person reads both names", () => {
  expect(misspeltSentence({ name: "PROT", meant: "PORT" })).toBe("PROT is not a setting and is ignored; PORT is one.");
});
