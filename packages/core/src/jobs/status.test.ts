import { expect, test } from "vitest";
import { failureKinds, tilingFailureCodes, tilingFailures } from "../tiling/failure.ts";
import { retryBackoffMs } from "./failure.ts";
import { pollAfterMs } from "./pace.ts";
import { activeStatuses, isTerminal, jobStatuses, predecessorsOf } from "./status.ts";

test("a job ends in one of two ways, and nothing follows", () => {
  expect(jobStatuses.filter(isTerminal)).toEqual(["COMPLETED", "FAILED"]);
  expect(activeStatuses).toEqual(["PENDING", "IN_PROGRESS"]);
  for (const terminal of jobStatuses.filter(isTerminal)) {
    expect(jobStatuses.flatMap((next) => predecessorsOf(next))).not.toContain(terminal);
  }
});

test("a job completes only while somebody works on it", () => {
  expect(predecessorsOf("COMPLETED")).toEqual(["IN_PROGRESS"]);
  expect(predecessorsOf("FAILED")).toEqual(["PENDING", "IN_PROGRESS"]);
  expect(predecessorsOf("PENDING")).toEqual(["IN_PROGRESS"]);
});

test("every failure says what happened and what to do, and only the system's are tried again", () => {
  for (const code of tilingFailureCodes) {
    const { sentence, remedy, family } = failureKinds[code];
    expect(sentence).toMatch(/\.$/);
    expect(remedy).toMatch(/\.$/);
    expect(tilingFailures.isRetryable(code)).toBe(family === "system");
  }
});

test("waits grow from one attempt to the next, up to five minutes", () => {
  expect([1, 2, 3].map(retryBackoffMs)).toEqual([1_000, 4_000, 16_000]);
  expect(retryBackoffMs(50)).toBe(300_000);
});

test("watchers are asked to come back soon while things move, later when they do not, never after the end", () => {
  expect(pollAfterMs("IN_PROGRESS", 0, 0)).toBe(1_000);
  expect(pollAfterMs("IN_PROGRESS", 3_600_000, 0)).toBe(3_000);
  expect(pollAfterMs("PENDING", 60_000, 0)).toBe(6_000);
  expect(pollAfterMs("PENDING", 3_600_000, 0.999)).toBeLessThanOrEqual(11_000);
  expect(pollAfterMs("COMPLETED", 0, 0)).toBeNull();
  expect(pollAfterMs("FAILED", 0, 0)).toBeNull();
});

test("watchers are asked to come back the later the server is with what it does, up to ten times as late", () => {
  expect([0, 20, 40, 100, 5_000].map((lagMs) => pollAfterMs("IN_PROGRESS", 0, 0, lagMs))).toEqual([
    ...[1_000, 1_000, 2_000, 5_000, 10_000],
  ]);
  expect(pollAfterMs("COMPLETED", 0, 0, 5_000)).toBeNull();
});
