import { TilewrightError } from "@tilewright/core";
import { expect, test } from "vitest";
import type { JobStatus } from "../src/index.ts";
import { questionAfter, statusIn } from "../src/jobs/known-status.ts";

const imageId = "01990000-0000-7000-8000-000000000002";
const jobId = "01990000-0000-7000-8000-000000000001";
const last: JobStatus = {
  jobId,
  imageId,
  status: "PENDING",
  stage: "QUEUED",
  stageFraction: 0,
  attempt: 0,
  maxAttempts: 3,
  waiting: { reason: "NO_WORKER" },
  failure: null,
  version: 4,
  pollAfterMs: 1_000,
  createdAt: "2026-11-27T12:00:00.000Z",
  startedAt: null,
  finishedAt: null,
  updatedAt: "2026-11-27T12:00:00.000Z",
};

test("who knows a status names its version, and is told only of what is not in it", () => {
  expect(questionAfter(imageId, null)).toEqual({ jobs: [{ imageId }] });
  expect(questionAfter(imageId, last)).toEqual({ jobs: [{ imageId, knownJobId: jobId, knownVersion: 4 }] });
  const news = { waiting: { reason: "IN_LINE" }, pollAfterMs: 2_000 } as const;
  expect(statusIn([{ answer: "UNCHANGED", jobId, version: 4, ...news }], last)).toEqual({ ...last, ...news });
  const next = { ...last, version: 5 };
  expect(statusIn([{ answer: "STATUS", status: next }], last)).toBe(next);
});

test("what there is none of is a refusal, and what was not asked for is never taken for an answer", () => {
  const gone = { answer: "NOT_FOUND", code: "IMAGE_NOT_FOUND", message: "There is no such image." } as const;
  expect(() => statusIn([gone], last)).toThrow(new TilewrightError("IMAGE_NOT_FOUND"));
  for (const answers of [[], [{ answer: "NO_ROOM" } as const]]) expect(() => statusIn(answers, last)).toThrow(Error);
  expect(() =>
    statusIn([{ answer: "UNCHANGED", jobId, version: 4, waiting: null, pollAfterMs: null }], null),
  ).toThrow();
});
