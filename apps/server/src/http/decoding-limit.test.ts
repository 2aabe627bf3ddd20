import { expect, test } from "vitest";
import { createDecodingLimit } from "./decoding-limit.ts";

test("two images are made at a time, a hundred wait, and whoever comes then is asked to come again", async () => {
  const decode = createDecodingLimit();
  const { promise: end, resolve } = Promise.withResolvers<void>();
  let begun = 0;
  const make = async () => {
    begun += 1;
    await end;
    return begun;
  };
  const made = Array.from({ length: 102 }, () => decode(make));
  await expect(decode(make)).rejects.toMatchObject({ code: "SERVER_BUSY" });
  expect(begun).toBe(2);
  resolve();
  await Promise.all(made);
  expect(await decode(make)).toBe(103);
});
