import { randomUUID } from "node:crypto";
import type { TilewrightError } from "@tilewright/core";
import {
  cancelJob,
  checkJobs,
  claimJob,
  completeJob,
  failJob,
  getJobHistory,
  getJobStatus,
  handBackJob,
  heartbeatJob,
  type Job,
  jobStatuses,
  listJobs,
  releaseExpiredJobs,
  retryJob,
} from "@tilewright/core/jobs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readJobs } from "../../src/histories.ts";
import type { Subject } from "./subject.ts";

const never = new AbortController().signal;
const refusedWith = (code: TilewrightError["code"]) => expect.objectContaining({ name: "TilewrightError", code });

/** What is true of the jobs of every domain, on a database of its own. */
export function describeLifecycle(name: string, open: () => Promise<Subject>): void {
  describe(`a job of ${name}`, () => {
    let own: Subject;
    beforeAll(async () => {
      own = await open();
    });
    afterAll(() => own.drop());

    const stageAt = (index: 1 | -1) => own.domain.stages.at(index) ?? expect.fail("There is no such stage.");
    const statusOf = (jobId: string) => getJobStatus(own.domain, own.ports, { jobId });
    const causesOf = async (which: { jobId: string } | { imageId: string }) =>
      (await getJobHistory(own.domain, own.ports, which)).events.map(({ cause }) => cause);
    const ask = async (asker: { workerId?: string; claimId?: string; waitMs?: number } = {}, signal = never) =>
      (await claimJob(own.domain, own.ports, { workerId: "worker", waitMs: 0, kinds: own.kinds, ...asker }, signal))
        .assignment;
    const claim = async (asker?: Parameters<typeof ask>[0]) => {
      const assignment = await ask(asker);
      if (!assignment) throw new Error("No job was handed out.");
      return assignment;
    };
    const beat = (held: { jobId: string; attempt: number }, stage: string, stageFraction: number) =>
      heartbeatJob(own.domain, own.ports, { ...own.progress, ...held, stage, stageFraction });
    const complete = async ({ jobId, attempt, outputPrefix }: Awaited<ReturnType<typeof claim>>) => {
      const metadataPath = outputPrefix + own.domain.place.manifest;
      own.publish(metadataPath);
      const end = { jobId, attempt, metadataPath };
      return completeJob(own.domain, own.ports, end, () => own.complete(end, metadataPath));
    };
    const fail = (held: { jobId: string; attempt: number }, code: string, awaitsRoom = false) =>
      failJob(own.domain, own.ports, { ...held, code, reason: "A test.", awaitsRoom });
    const handBack = (held: { jobId: string; attempt: number }) => handBackJob(own.domain, own.ports, held);
    const cancel = (jobId: string) => cancelJob(own.domain, own.ports, { jobId });
    const retry = (jobId: string) => retryJob(own.domain, own.ports, { jobId });
    const sql = (statement: string) => own.prisma.$executeRawUnsafe(statement);
    const expire = async (jobId: string) => {
      await sql(`UPDATE ${own.table.names.jobs} SET lease_expires_at = now() - interval '1 s' WHERE id = '${jobId}'`);
      expect(await releaseExpiredJobs(own.domain.jobsOf(own.ports))).toBe(1);
    };
    /** As if the pause before its next attempt were over. */
    const dueNow = (jobId: string) => sql(`UPDATE pgboss.job SET start_after = now() WHERE id = '${jobId}'`);
    const waitsInLine = async (jobId: string) => {
      const { queue } = own.table.names;
      const rows = await own.prisma.$queryRaw<unknown[]>`
        SELECT FROM pgboss.job WHERE name = ${queue} AND id = ${jobId}::uuid`;
      return rows.length === 1;
    };

    /** Nothing stays for the next test, and the invariants hold. */
    afterEach(async () => {
      const jobs = own.domain.jobsOf(own.ports);
      for (const status of ["PENDING", "IN_PROGRESS"] as const) {
        for (const { jobId } of await jobs.list({ status, limit: 100 })) await cancel(jobId);
      }
      const images = await own.prisma.image.findMany({ select: { id: true } });
      const histories = await readJobs(
        own.prisma,
        own.table,
        images.map(({ id }) => id),
      );
      const options = { now: new Date(), recoveryMs: 0, isSettled: true };
      for (const [imageId, of] of histories) {
        expect(checkJobs(imageId, { rules: own.domain, jobs: of }, options)).toEqual([]);
      }
    });

    test("waits, is worked on and completes, and says so at every step", async () => {
      const { jobId, imageId } = await own.submit();
      expect(await statusOf(jobId)).toMatchObject({ status: "PENDING", stage: "QUEUED", attempt: 0, imageId });
      expect(await waitsInLine(jobId)).toBe(true);
      const held = await claim();
      const outputPrefix = `images/${imageId}/${own.domain.place.folder}/${jobId}/1/`;
      expect(held).toMatchObject({ jobId, imageId, attempt: 1, outputPrefix, leaseMs: 60_000 });
      expect(await waitsInLine(jobId)).toBe(false);
      await beat(held, stageAt(-1), 0.25);
      const during = { status: "IN_PROGRESS", stage: stageAt(-1), stageFraction: 0.25, failure: null };
      expect(await statusOf(jobId)).toMatchObject(during);
      await complete(held);
      const metadataPath = outputPrefix + own.domain.place.manifest;
      expect(await statusOf(jobId)).toMatchObject({ status: "COMPLETED", metadataPath, pollAfterMs: null });
      expect(await causesOf({ jobId })).toEqual(["SUBMITTED", "CLAIMED", "COMPLETED"]);
    });

    test("is handed out once, however many ask", async () => {
      const submitted = await Promise.all(Array.from({ length: 8 }, () => own.submit()));
      const held = await Promise.all(Array.from({ length: 12 }, (_, index) => ask({ workerId: `worker ${index}` })));
      const handedOut = held.filter((each) => each !== null).map(({ jobId }) => jobId);
      expect(new Set(handedOut).size).toBe(handedOut.length);
      for (let next = await ask(); next; next = await ask()) handedOut.push(next.jobId);
      expect(handedOut.toSorted()).toEqual(submitted.map(({ jobId }) => jobId).toSorted());
    });

    test("goes to who waits for work the moment it is submitted", async () => {
      const waiting = claim({ waitMs: 10_000 });
      const { jobId } = await own.submit();
      expect(await waiting).toMatchObject({ jobId, attempt: 1 });
    });

    test("is the same attempt for a claim whose answer was lost, for as long as that goes on", async () => {
      const [first, second] = [await own.submit(), await own.submit()];
      const claimId = randomUUID();
      const lost = await claim({ claimId });
      expect(lost).toMatchObject({ jobId: first.jobId, attempt: 1 });
      expect(await claim({ claimId })).toEqual(lost);
      expect(await claim({ claimId: randomUUID() })).toMatchObject({ jobId: second.jobId });
      await handBack(lost);
      expect(await claim({ claimId })).toMatchObject({ jobId: first.jobId, attempt: 2 });
    });

    test("changes its version with every visible change and with nothing else", async () => {
      const { jobId } = await own.submit();
      const held = await claim();
      await beat(held, stageAt(-1), 0.25);
      const { version } = await statusOf(jobId);
      await beat(held, stageAt(-1), 0.25);
      expect(await statusOf(jobId)).toMatchObject({ version });
      await beat(held, stageAt(-1), 0.5);
      expect(await statusOf(jobId)).toMatchObject({ version: version + 1 });
    });

    test("never goes back in its progress, in whatever order that arrives", async () => {
      const { jobId } = await own.submit();
      const held = await claim();
      for (const [stage, fraction] of [
        [1, 0.75],
        [1, 0.5],
        [-1, 0.5],
        [1, 1],
        [-1, 0.25],
      ] as const) {
        await beat(held, stageAt(stage), fraction);
      }
      expect(await statusOf(jobId)).toMatchObject({ stage: stageAt(-1), stageFraction: 0.5 });
    });

    test("is lost by a worker that fell silent, which can change nothing any more", async () => {
      const { jobId } = await own.submit();
      const zombie = await claim({ workerId: "zombie" });
      await expire(jobId);
      const stale = refusedWith("STALE_ATTEMPT");
      const refuseZombie = async () => {
        await expect(beat(zombie, stageAt(-1), 0.9)).rejects.toEqual(stale);
        await expect(complete(zombie)).rejects.toEqual(stale);
        await expect(fail(zombie, own.dataFault)).rejects.toEqual(stale);
        await expect(handBack(zombie)).rejects.toEqual(stale);
      };
      await refuseZombie();
      const next = await claim({ workerId: "next" });
      expect(next).toMatchObject({ jobId, attempt: 2 });
      await refuseZombie();
      await complete(next);
      await refuseZombie();
      expect(await statusOf(jobId)).toMatchObject({ status: "COMPLETED", attempt: 2 });
      expect(await causesOf({ jobId })).toEqual(["SUBMITTED", "CLAIMED", "LEASE_EXPIRED", "CLAIMED", "COMPLETED"]);
    });

    test("ends as FAILED, with the reason, when all its workers fell silent", async () => {
      const { jobId } = await own.submit();
      for (let attempt = 1; attempt <= 2; attempt += 1) {
        await claim();
        await expire(jobId);
      }
      const failure = { code: "WORKER_LOST", family: "system", reason: expect.stringContaining("2 times") };
      expect(await statusOf(jobId)).toMatchObject({ status: "FAILED", attempt: 2, failure });
    });

    test("completes once, and with its own manifest alone", async () => {
      const { jobId } = await own.submit();
      const held = await claim();
      const elsewhere = { jobId, attempt: 1, metadataPath: "images/other/manifest.json" };
      const nothing = async () => expect.fail("Nothing is to be written.");
      await expect(completeJob(own.domain, own.ports, elsewhere, nothing)).rejects.toEqual(
        refusedWith("INVALID_INPUT"),
      );
      const metadataPath = held.outputPrefix + own.domain.place.manifest;
      const missing = { jobId, attempt: 1, metadataPath };
      await expect(completeJob(own.domain, own.ports, missing, nothing)).rejects.toEqual(
        refusedWith("MANIFEST_MISSING"),
      );
      expect(await complete(held)).toEqual(await complete(held));
      expect(await causesOf({ jobId })).toEqual(["SUBMITTED", "CLAIMED", "COMPLETED"]);
      await expect(retry(jobId)).rejects.toEqual(refusedWith("JOB_NOT_FAILED"));
      await expect(cancel(jobId)).rejects.toEqual(refusedWith("JOB_FINISHED"));
    });

    test("fails for good by the data's fault, and a retry is a new job", async () => {
      const { jobId, imageId } = await own.submit();
      const held = await claim();
      await fail(held, own.dataFault);
      await fail(held, own.dataFault);
      const failed = await statusOf(jobId);
      expect(failed).toMatchObject({ status: "FAILED", failure: { code: own.dataFault, family: "data" } });
      const retried = await Promise.all(Array.from({ length: 5 }, () => retry(jobId)));
      expect(new Set(retried.map((each) => each.jobId)).size).toBe(1);
      expect(retried[0]).toMatchObject({ status: "PENDING", imageId, attempt: 0, failure: null });
      expect(await statusOf(jobId)).toEqual(failed);
      await complete(await claim());
      expect(await causesOf({ imageId })).toEqual([
        ...["SUBMITTED", "CLAIMED", "FAILED"],
        ...["RETRIED", "CLAIMED", "COMPLETED"],
      ]);
    });

    test("is tried again after the system's fault, until no attempt is left", async () => {
      const { jobId } = await own.submit();
      await fail(await claim(), "STORAGE_UNAVAILABLE");
      expect(await statusOf(jobId)).toMatchObject({ status: "PENDING", stage: "QUEUED", attempt: 1, failure: null });
      expect(await ask()).toBeNull();
      await dueNow(jobId);
      await fail(await claim(), "STORAGE_UNAVAILABLE");
      expect(await statusOf(jobId)).toMatchObject({ status: "FAILED", failure: { code: "STORAGE_UNAVAILABLE" } });
      expect(await causesOf({ jobId })).toEqual(["SUBMITTED", "CLAIMED", "RELEASED", "CLAIMED", "FAILED"]);
    });

    test("is forgiven the attempts that waited for room, or were handed back", async () => {
      const { jobId } = await own.submit();
      for (let attempt = 1; attempt <= 3; attempt += 1) {
        await fail(await claim(), "SCRATCH_FULL", true);
        await dueNow(jobId);
      }
      await handBack(await claim());
      expect(await statusOf(jobId)).toMatchObject({ status: "PENDING", attempt: 4, maxAttempts: 6 });
    });

    test("is never handed out once it is cancelled, and its worker is told", async () => {
      const [running, waiting] = [await own.submit(), await own.submit()];
      const held = await claim();
      expect(held.jobId).toBe(running.jobId);
      for (const { jobId } of [running, waiting, waiting]) {
        expect(await cancel(jobId)).toMatchObject({ status: "FAILED", failure: { code: "CANCELLED", family: "user" } });
        expect(await waitsInLine(jobId)).toBe(false);
      }
      await expect(beat(held, stageAt(-1), 1)).rejects.toEqual(refusedWith("STALE_ATTEMPT"));
      expect(await ask()).toBeNull();
    });

    test("gets the message back that was lost, and a message without it goes", async () => {
      const { jobId } = await own.submit();
      const jobs = own.domain.jobsOf(own.ports);
      expect(await jobs.reconcileQueue(100)).toBe(0);
      await sql(`DELETE FROM pgboss.job WHERE id = '${jobId}'`);
      expect(await ask()).toBeNull();
      expect(await jobs.reconcileQueue(100)).toBe(1);
      await claim();
      await sql(
        `INSERT INTO pgboss.job (id, name, policy) VALUES ('${jobId}', '${own.table.names.queue}', 'standard')`,
      );
      expect(await ask()).toBeNull();
      await jobs.reconcileQueue(100);
      expect(await waitsInLine(jobId)).toBe(false);
    });

    test("goes with its image, and nobody can change it any more", async () => {
      const { jobId, imageId } = await own.submit();
      const held = await claim();
      await own.ports.images.delete(imageId);
      const gone = refusedWith("JOB_NOT_FOUND");
      await expect(beat(held, stageAt(-1), 1)).rejects.toEqual(gone);
      await expect(complete(held)).rejects.toEqual(gone);
      await expect(statusOf(jobId)).rejects.toEqual(gone);
      await expect(retry(jobId)).rejects.toEqual(gone);
    });

    test("says, while it waits, whether there is anybody to work on it", async () => {
      await sql(`DELETE FROM ${own.table.names.workers}`);
      const { jobId } = await own.submit();
      const { workers } = own.domain.jobsOf(own.ports);
      await workers.ask("worker", 60_000, own.kinds);
      const waiting = async () => (await statusOf(jobId)).waiting;
      await expect.poll(waiting, { timeout: 90_000 }).toEqual({ reason: "IN_LINE" });
      await claim();
      expect(await waiting()).toBeNull();
    });

    test("is listed from the newest to the oldest, page by page, and by image the newest", async () => {
      const submitted: Job[] = [];
      for (let index = 0; index < 5; index += 1) submitted.push(await own.submit());
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await listJobs(own.domain, own.ports, { status: "PENDING", limit: 2, cursor });
        seen.push(...page.jobs.map(({ jobId }) => jobId));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(seen).toEqual(submitted.map(({ jobId }) => jobId).toReversed());
      const [first] = submitted;
      if (!first) throw new Error("Nothing was submitted.");
      await cancel(first.jobId);
      const retried = await retry(first.jobId);
      const newest = await own.domain.jobsOf(own.ports).findNewest([first.imageId, randomUUID()]);
      expect(newest).toMatchObject([{ jobId: retried.jobId }]);
      for (const status of jobStatuses) {
        const { jobs } = await listJobs(own.domain, own.ports, { status, limit: 100 });
        expect(jobs.every((job) => job.status === status)).toBe(true);
      }
    });

    test("that there is none of is a typed refusal", async () => {
      const id = randomUUID();
      await expect(statusOf(id)).rejects.toEqual(refusedWith("JOB_NOT_FOUND"));
      await expect(causesOf({ jobId: id })).rejects.toEqual(refusedWith("JOB_NOT_FOUND"));
      await expect(causesOf({ imageId: id })).rejects.toEqual(refusedWith("IMAGE_NOT_FOUND"));
      await expect(cancel(id)).rejects.toEqual(refusedWith("JOB_NOT_FOUND"));
      await expect(handBack({ jobId: id, attempt: 1 })).rejects.toEqual(refusedWith("JOB_NOT_FOUND"));
    });
  });
}
