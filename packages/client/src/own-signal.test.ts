import { getEventListeners } from "node:events";
import { expect, test, vi } from "vitest";
import { withOwnSignal } from "./own-signal.ts";

/** Work that ends only with its signal, by an error of its own. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(new Error("the call was aborted"))));

test("the reason of the outer signal is what is thrown, not how the work took it", async () => {
  const outer = new AbortController();
  const work = withOwnSignal(outer.signal, null, untilAborted);
  outer.abort(new Error("paused by a person"));
  await expect(work).rejects.toThrow("paused by a person");
});

test("at its limit the work ends with the limit's error", async () => {
  vi.useFakeTimers();
  try {
    const work = withOwnSignal(undefined, { ms: 5_000, error: () => new Error("too late") }, untilAborted);
    const ended = expect(work).rejects.toThrow("too late");
    await vi.advanceTimersByTimeAsync(5_000);
    await ended;
  } finally {
    vi.useRealTimers();
  }
});

test("a limit of a year does not end at once", async () => {
  const limit = { ms: 365 * 24 * 3_600_000, error: () => new Error("too late") };
  await expect(withOwnSignal(undefined, limit, async () => "done")).resolves.toBe("done");
});

test("nothing is begun, and nobody listens on, once it is over", async () => {
  const work = vi.fn(async () => "done");
  await expect(withOwnSignal(AbortSignal.abort(new Error("over")), null, work)).rejects.toThrow("over");
  expect(work).not.toHaveBeenCalled();
  const outer = new AbortController();
  for (let n = 0; n < 5; n += 1) await withOwnSignal(outer.signal, null, work);
  expect(getEventListeners(outer.signal, "abort")).toEqual([]);
});
