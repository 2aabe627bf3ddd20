import { expect, test } from "vitest";
import { allowsUpload } from "./open-uploads.ts";

const most = { count: 3, sizeBytes: 1_000 };

test.each([
  ["the last that fits by number", { count: 2, sizeBytes: 0 }, 1, true],
  ["one too many", { count: 3, sizeBytes: 0 }, 1, false],
  ["the last byte", { count: 0, sizeBytes: 900 }, 100, true],
  ["a byte too many", { count: 0, sizeBytes: 900 }, 101, false],
])("%s", (_, open, sizeBytes, isAllowed) => expect(allowsUpload(most, open, sizeBytes)).toBe(isAllowed));
