import { TilewrightError } from "@tilewright/core";
import { expect, test } from "vitest";
import {
  JobFailedError,
  type JobStatus,
  TilingFailedError,
  type TilingStatus,
  WaitTimeoutError,
} from "../src/index.ts";
import { type AwaitedJob, waitUntilDone } from "../src/jobs/wait-until-done.ts";

const imageId = "01990000-0000-7000-8000-000000000002";
const failure = {
  code: "NO_TISSUE",
  family: "data",
  sentence: "",
  reason: "It is empty.",
  remedy: "Scan it.",
} as const;

const status = (change: Partial<JobStatus>): JobStatus => ({
  jobId: "01990000-0000-7000-8000-000000000001",
  imageId,
  status: "IN_PROGRESS",
  stage: "MEASURING",
  stageFraction: 0,
  attempt: 1,
  maxAttempts: 3,
  waiting: null,
  failure: null,
  version: 1,
  pollAfterMs: 1,
  createdAt: "2026-11-27T12:00:00.000Z",
  startedAt: null,
  finishedAt: null,
  updatedAt: "2026-11-27T12:00:00.000Z",
  ...change,
});

/** A job of any domain, that gives these answers one after the other and the last of them for ever. */
function jobThat(...answers: (JobStatus | Error)[]): AwaitedJob<JobStatus> {
  return {
    domain: "tiling",
    imageId,
    address: "http://127.0.0.1:1",
    ask: async () => {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error || !answer) throw answer;
      return answer;
    },
    failed: (failed) => new JobFailedError(failed),
  };
}

test("a wait ends with the job, and tells of every answer on the way", async () => {
  const told: string[] = [];
  const job = jobThat(status({ stage: "MEASURING" }), status({ stage: "WRITING" }), status({ status: "COMPLETED" }));
  const done = await waitUntilDone(job, { onStatus: (each) => told.push(each.stage) });
  expect(done.status).toBe("COMPLETED");
  expect(told).toEqual(["MEASURING", "WRITING", "MEASURING"]);
});

test("a job that FAILED ends the wait in its domain's error, with what happened and what to do", async () => {
  const failed = waitUntilDone(jobThat(status({}), status({ status: "FAILED", failure })));
  await expect(failed).rejects.toThrow("It is empty. Scan it.");
  await expect(failed).rejects.toBeInstanceOf(JobFailedError);
});

test("a failed tiling is a failed job", () => {
  const error = new TilingFailedError(status({ status: "FAILED" }) as TilingStatus);
  expect(error).toBeInstanceOf(JobFailedError);
  expect([error.name, error.message]).toEqual(["TilingFailedError", "The tiling failed."]);
});

test("a refusal ends the wait at once, and a busy server only delays it", async () => {
  const busy = new TilewrightError("SERVER_BUSY");
  const job = jobThat(busy, new TilewrightError("IMAGE_NOT_FOUND"));
  await expect(waitUntilDone(job)).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
});

test("a wait that takes too long says how far the job is", async () => {
  const tooLong = waitUntilDone(jobThat(status({ status: "PENDING" })), { timeoutMs: 20 });
  await expect(tooLong).rejects.toBeInstanceOf(WaitTimeoutError);
  await expect(tooLong).rejects.toThrow(/its tiling is PENDING/);
});
