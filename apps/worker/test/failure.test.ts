import { TilewrightError } from "@tilewright/core";
import { PyramidError } from "@tilewright/pyramid";
import { expect, test } from "vitest";
import { tilingFailureOf } from "../src/tiling/failure.ts";

const systemError = (code: string) => Object.assign(new Error(`${code}: something about /a/path`), { code });

test.each([
  [systemError("ENOSPC"), "SCRATCH_FULL"],
  [systemError("EIO"), "STORAGE_UNAVAILABLE"],
  [systemError("ESTALE"), "STORAGE_UNAVAILABLE"],
  [new TilewrightError("STORAGE_UNAVAILABLE"), "STORAGE_UNAVAILABLE"],
  [new PyramidError("CORRUPT_IMAGE", "The image ends too early."), "CORRUPT_IMAGE"],
  [new PyramidError("NEEDS_MORE_MEMORY", "It takes too much.", { neededBytes: 9 }), "NEEDS_MORE_MEMORY"],
  [systemError("EMFILE"), "INTERNAL"],
  ["no error at all", "INTERNAL"],
])("%s ends an attempt as %s, in a sentence without paths", (error, code) => {
  const failure = tilingFailureOf(error);
  expect(failure.code).toBe(code);
  expect(failure.message).toMatch(/\.$/);
  expect(failure.message).not.toContain("/");
});
