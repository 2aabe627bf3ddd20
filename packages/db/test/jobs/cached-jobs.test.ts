import { randomUUID } from "node:crypto";
import type { Job } from "@tilewright/core/jobs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CachedJobs } from "../../src/jobs/reads/cached-jobs.ts";
import { keyOf } from "../../src/jobs/reads/look.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout", "setImmediate"] }));
afterEach(() => void vi.useRealTimers());

const newJob = (change: Partial<Job> = {}): Job => ({
  jobId: randomUUID(),
  imageId: randomUUID(),
  status: "PENDING",
  stage: "QUEUED",
  attempt: 0,
  maxAttempts: 3,
  stageFraction: 0,
  failureCode: null,
  failureReason: null,
  metadataPath: null,
  workerId: null,
  leaseExpiresAt: null,
  version: 1,
  createdAt: new Date(0),
  startedAt: null,
  finishedAt: null,
  updatedAt: new Date(0),
  ...change,
});

/** A cache over rows in memory, which counts what it is asked and answers when `answer` is called. */
function cacheOver(...jobs: Job[]) {
  const rows = new Map(jobs.map((job) => [job.jobId, job]));
  const looks: (readonly string[])[] = [];
  const read: string[] = [];
  let isHeld = false;
  const held: (() => void)[] = [];
  const source = {
    async lookAtVersions(keys: readonly string[]) {
      looks.push(keys);
      const seen = [...rows.values()].flatMap(({ jobId, imageId, version }) =>
        [keyOf({ jobId }), keyOf({ imageId })]
          .filter((key) => keys.includes(key))
          .map((key) => ({ key, jobId, version })),
      );
      if (isHeld) await new Promise<void>((resolve) => held.push(resolve));
      return seen;
    },
    async find(jobIds: readonly string[]) {
      read.push(...jobIds);
      return jobIds.flatMap((jobId) => rows.get(jobId) ?? []);
    },
  };
  const cache = new CachedJobs<Job>(source);
  return {
    looks,
    read,
    cache,
    write: (job: Job) => void rows.set(job.jobId, job),
    remove: ({ jobId }: Job) => void rows.delete(jobId),
    hold() {
      isHeld = true;
    },
    letGo() {
      isHeld = false;
      for (const resolve of held.splice(0)) resolve();
    },
    async ask(...which: Parameters<typeof cache.find>[0]) {
      const answer = cache.find(which);
      await vi.advanceTimersByTimeAsync(60);
      return answer;
    },
  };
}

const forgotten = ({ jobId, imageId }: Job) => ({ table: "jobs", jobId, imageId });

test("a thousand who ask at the same time ask one question, and those of the next half second none", async () => {
  const [one, other] = [newJob(), newJob()];
  const { cache, looks, read, ask } = cacheOver(one, other);
  const answers = Array.from({ length: 1_000 }, () =>
    cache.find([one, { imageId: other.imageId }, { jobId: randomUUID() }]),
  );
  await vi.advanceTimersByTimeAsync(1);
  expect(new Set((await Promise.all(answers)).flat())).toEqual(new Set([one, other, null]));
  expect(looks).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(450);
  expect(await ask(one, one)).toEqual([one, one]);
  expect([looks.length, read.length]).toEqual([1, 2]);
});

test("what is older than half a second is asked for again, and its row is read only where its version is new", async () => {
  const job = newJob();
  const { looks, read, ask, write } = cacheOver(job);
  await ask(job);
  await vi.advanceTimersByTimeAsync(500);
  expect(await ask(job)).toEqual([job]);
  expect([looks.length, read.length]).toEqual([2, 1]);
  write({ ...job, version: 2 });
  await vi.advanceTimersByTimeAsync(500);
  expect(await ask(job)).toMatchObject([{ version: 2 }]);
  expect([looks.length, read.length]).toEqual([3, 2]);
});

test("questions begin 50 ms apart at least, and never before the last is answered", async () => {
  const jobs = Array.from({ length: 30 }, () => newJob());
  const { cache, looks, hold, letGo } = cacheOver(...jobs);
  const answers: Promise<unknown>[] = [];
  for (const job of jobs) {
    answers.push(cache.find([job]));
    await vi.advanceTimersByTimeAsync(5);
  }
  expect(looks.length).toBeLessThanOrEqual(4);
  await Promise.all(answers);
  await vi.advanceTimersByTimeAsync(600);
  hold();
  const before = looks.length;
  const late = jobs.map((job) => cache.find([job]));
  await vi.advanceTimersByTimeAsync(100);
  late.push(...jobs.map((job) => cache.find([job])));
  await vi.advanceTimersByTimeAsync(100);
  expect(looks.length).toBe(before + 1);
  letGo();
  await vi.advanceTimersByTimeAsync(100);
  expect((await Promise.all(late)).flat()).toEqual([...jobs, ...jobs]);
});

test("the end of a job is told from memory for as long as it is there, and a deletion shows within half a second", async () => {
  const job = newJob({ status: "COMPLETED" });
  const { read, ask, remove } = cacheOver(job);
  for (let i = 0; i < 5; i += 1) {
    expect(await ask(job, { imageId: job.imageId })).toEqual([job, job]);
    await vi.advanceTimersByTimeAsync(10_000);
  }
  expect(read).toEqual([job.jobId]);
  remove(job);
  expect(await ask(job, { imageId: job.imageId })).toEqual([null, null]);
});

test("a write through this node shows at once, by job and by image", async () => {
  const job = newJob();
  const { cache, ask, write } = cacheOver(job);
  await ask(job, { imageId: job.imageId });
  const next = { ...job, version: 2 };
  write(next);
  cache.forget(forgotten(job));
  expect(await ask(job, { imageId: job.imageId })).toEqual([next, next]);
});

test("what was asked for before a write is not told after it", async () => {
  const job = newJob();
  const { cache, hold, letGo, write, ask } = cacheOver(job);
  hold();
  const before = cache.find([job]);
  await vi.advanceTimersByTimeAsync(1);
  write({ ...job, version: 2 });
  cache.forget(forgotten(job));
  const after = cache.find([job]);
  letGo();
  await vi.advanceTimersByTimeAsync(60);
  await before;
  expect(await after).toMatchObject([{ version: 2 }]);
  expect(await ask(job)).toMatchObject([{ version: 2 }]);
});

test("what was seen before a write is not remembered after it", async () => {
  const job = newJob();
  const { cache, hold, letGo, write, ask } = cacheOver(job);
  await ask(job);
  await vi.advanceTimersByTimeAsync(500);
  hold();
  const before = cache.find([job]);
  await vi.advanceTimersByTimeAsync(1);
  write({ ...job, version: 2 });
  cache.forget(forgotten(job));
  letGo();
  expect(await before).toEqual([job]);
  expect(await ask(job)).toMatchObject([{ version: 2 }]);
});

test("a database that never answers is told from one that does, and the next question is asked all the same", async () => {
  const job = newJob();
  const { cache, hold, letGo, ask } = cacheOver(job);
  hold();
  const lost = cache.find([job]).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(5_100);
  expect(await lost).toMatchObject({ code: "DATABASE_UNAVAILABLE" });
  letGo();
  expect(await ask(job)).toEqual([job]);
});

test("memory has an end, however many are asked for", async () => {
  const big = Array.from({ length: 300 }, () => newJob({ failureReason: "x".repeat(200_000) }));
  const { ask, read } = cacheOver(...big);
  for (const job of big) await ask(job);
  read.length = 0;
  await vi.advanceTimersByTimeAsync(500);
  for (const job of big.toReversed()) await ask(job);
  expect(read.length).toBeGreaterThan(100);
  expect(read.length).toBeLessThan(290);
});
