import { expect, test } from "vitest";
import { WaitTimeoutError } from "./wait-timeout-error.ts";

test("who has waited in vain reads for how long, and what stood in the way", () => {
  const error = new WaitTimeoutError("image-1", "tiling", 2_500, null, new Error("the server is out of reach"));
  expect(error.message).toBe("Image image-1 was not ready within 2.5 s; last: the server is out of reach.");
  expect(error).toMatchObject({ timeoutMs: 2_500, lastStatus: null });
  expect(new WaitTimeoutError("image-1", "tiling", 1_000, null, undefined).message).toContain("no answer came");
});
