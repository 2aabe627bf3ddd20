import { expect, test } from "vitest";
import { breaches } from "../src/outcome.ts";
import { runShort } from "../src/run-fault.ts";

test("a few killed servers and workers, a frozen worker and a crashed database lose nothing", async () => {
  const seed = Date.now() % 2 ** 31;
  console.info(`The seed of the kill test: ${seed}`);
  const outcome = await runShort(seed);
  expect(breaches(outcome)).toEqual([]);
  expect(outcome.injected).toBeGreaterThanOrEqual(6);
  expect(outcome.jobs).toBeGreaterThanOrEqual(outcome.injected);
});
