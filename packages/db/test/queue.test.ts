import type { TilingJob } from "@tilewright/core/tiling";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTestRepositories, type TestRepositories } from "./repositories.ts";

let own: TestRepositories;
beforeEach(async () => {
  own = await createTestRepositories();
});
afterEach(() => own.drop());

const cancel = ({ jobId }: TilingJob) =>
  own.jobs.tiling.fail({ jobId, cause: "CANCELLED", code: "CANCELLED", reason: "Cancelled by a person." });
const claimed = async () => (await own.jobs.tiling.claim({ workerId: "worker", leaseMs: 10_000 }))?.job ?? null;
const released = ({ jobId }: TilingJob, attempt: number) =>
  own.jobs.tiling.release({ jobId, attempt, cause: "RELEASED", reason: "A test.", delayMs: 0 });

describe("a message is in the queue exactly as long as its job is PENDING", () => {
  test("through claims, releases, cancels and deletions, and never in a state that pg-boss would retry or expire", async () => {
    const job = await own.submit();
    const waiting = [{ id: job.jobId, state: "created" }];
    expect(await own.messages()).toEqual(waiting);
    expect(await claimed()).toMatchObject({ jobId: job.jobId, attempt: 1 });
    expect(await own.messages()).toEqual([]);
    await released(job, 1);
    expect(await own.messages()).toEqual(waiting);
    await cancel(job);
    expect(await own.messages()).toEqual([]);
    const other = await own.submit();
    await own.images.delete(other.imageId);
    expect(await own.messages()).toEqual([]);
  });

  test("pg-boss's own supervision, ever so late, takes none away", async () => {
    const { prisma, boss } = own.database;
    const { jobId } = await own.submit();
    await prisma.$executeRaw`
      UPDATE pgboss.job SET created_on = created_on - interval '9 years', start_after = start_after - interval '9 years',
        keep_until = keep_until - interval '9 years'`;
    await boss.supervise();
    expect(await claimed()).toMatchObject({ jobId });
  });
});

describe("two at the same moment", () => {
  test("a claim does not wait for a job that is being changed, and takes it later if it still can", async () => {
    const { jobId } = await own.submit();
    const { promise: isLocked, resolve: locked } = Promise.withResolvers<void>();
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
    const change = own.database.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT FROM tiling_jobs WHERE id = ${jobId}::uuid FOR UPDATE`;
      locked();
      await mayEnd;
    });
    await isLocked;
    expect(await claimed()).toBeNull();
    end();
    await change;
    expect(await claimed()).toMatchObject({ jobId });
  });

  test("claims, cancels and deletions of the same jobs never end in a deadlock, and leave no message behind", async () => {
    const jobs = await Promise.all(Array.from({ length: 30 }, () => own.submit()));
    await Promise.all(
      jobs.flatMap((job, index) => [claimed(), index % 2 === 0 ? cancel(job) : own.images.delete(job.imageId)]),
    );
    expect(await own.messages()).toEqual([]);
    expect(await own.database.prisma.tilingJob.count({ where: { status: { not: "FAILED" } } })).toBe(0);
  });

  test("a retry and a deletion leave either both rows or none", async () => {
    const jobs = await Promise.all(Array.from({ length: 10 }, () => own.submit()));
    await Promise.all(jobs.map(cancel));
    const retries = await Promise.all(
      jobs.map(async (job) => {
        const [retried] = await Promise.all([own.jobs.tiling.resubmit(job, 3), own.images.delete(job.imageId)]);
        return retried;
      }),
    );
    expect(retries).toHaveLength(jobs.length);
    expect(await own.database.prisma.tilingJob.count()).toBe(0);
    expect(await own.messages()).toEqual([]);
  });
});

describe("the fence", () => {
  test("an attempt that lost its job can't fail it while it waits for the next", async () => {
    const job = await own.submit();
    await claimed();
    await released(job, 1);
    const late = { jobId: job.jobId, attempt: 1, cause: "FAILED", code: "CORRUPT_IMAGE", reason: "Too late." } as const;
    expect(await own.jobs.tiling.fail(late)).toBeNull();
    expect(await claimed()).toMatchObject({ jobId: job.jobId, attempt: 2 });
  });
});

describe("reconciling", () => {
  const raw = () => own.database.prisma;

  test("finds nothing to do in good order", async () => {
    await own.submit();
    const job = await own.submit();
    await claimed();
    await cancel(job);
    expect(await own.jobs.tiling.reconcileQueue(100)).toBe(0);
  });

  test("a PENDING job whose message is gone gets one, and only one when two servers look at once", async () => {
    const { jobId } = await own.submit();
    await raw().$executeRaw`DELETE FROM pgboss.job`;
    expect(await claimed()).toBeNull();
    const found = await Promise.all([1, 2, 3].map(() => own.jobs.tiling.reconcileQueue(100)));
    expect(found.reduce((sum, count) => sum + count)).toBe(1);
    expect(await claimed()).toMatchObject({ jobId });
  });

  test.each(["active", "completed", "cancelled", "failed"])(
    "a message that has become %s keeps no job from being found",
    async (state) => {
      const { jobId } = await own.submit();
      await raw().$executeRaw`UPDATE pgboss.job SET state = ${state}::pgboss.job_state`;
      expect(await claimed()).toBeNull();
      expect(await own.jobs.tiling.reconcileQueue(100)).toBe(1);
      expect(await claimed()).toMatchObject({ jobId });
    },
  );

  test("a message without a PENDING job goes", async () => {
    const finished = await own.submit();
    await cancel(finished);
    await own.database.boss.send("tile", { jobId: finished.jobId }, { id: finished.jobId });
    const waiting = await own.submit();
    expect(await own.jobs.tiling.reconcileQueue(100)).toBe(1);
    expect(await own.messages()).toEqual([{ id: waiting.jobId, state: "created" }]);
  });

  test("a claim passes over messages without a PENDING job", async () => {
    const finished = await own.submit();
    await cancel(finished);
    await own.database.boss.send("tile", { jobId: finished.jobId }, { id: finished.jobId });
    const waiting = await own.submit();
    expect(await claimed()).toMatchObject({ jobId: waiting.jobId });
    expect(await own.messages()).toEqual([]);
  });

  test("a message that should not be there does not keep its job from going back in line", async () => {
    const job = await own.submit();
    await claimed();
    await own.database.boss.send("tile", { jobId: job.jobId }, { id: job.jobId });
    await raw().$executeRaw`UPDATE pgboss.job SET state = 'failed'`;
    expect(await released(job, 1)).toMatchObject({ status: "PENDING" });
    expect(await claimed()).toMatchObject({ attempt: 2 });
  });
});
