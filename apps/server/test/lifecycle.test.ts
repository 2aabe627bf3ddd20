import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  claim,
  publishManifest,
  pyramid,
  refusedWith,
  startTestServer,
  submit,
  type TestServer,
} from "./test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ LEASE_MS: "2000", MAX_ATTEMPTS: "2" });
});
afterAll(() => server.stop());

const statusOf = (jobId: string) => server.client.tiling.getStatus.query({ jobId });
const causesOf = async (jobId: string) => {
  const { events } = await server.client.tiling.history.query({ jobId });
  return events.map((event) => event.cause);
};
const complete = async (
  held: { jobId: string; attempt: number; outputPrefix: string },
  read: { sourceSha256?: string } = {},
) => {
  const metadataPath = await publishManifest(server, held.outputPrefix);
  const { jobId, attempt } = held;
  return server.worker.tiling.markComplete.mutate({ jobId, attempt, metadataPath, pyramid, ...read });
};

/** As if the pause before its next attempt were over. */
const dueNow = (jobId: string) =>
  server.database.prisma.$executeRaw`UPDATE pgboss.job SET start_after = now() WHERE id = ${jobId}::uuid`;

describe("from upload to pyramid", () => {
  test("a job waits, is worked on and completes, and says so at every step", async () => {
    const { imageId, jobId } = await submit(server);
    expect(await statusOf(jobId)).toMatchObject({ status: "PENDING", stage: "QUEUED", attempt: 0, imageId });
    const held = await claim(server);
    expect(held).toMatchObject({ jobId, imageId, attempt: 1 });
    await server.worker.tiling.heartbeat.mutate({ jobId, attempt: 1, stage: "TILING", tilesDone: 3, tilesTotal: 12 });
    expect(await server.client.tiling.getStatus.query({ imageId })).toMatchObject({
      status: "IN_PROGRESS",
      stage: "TILING",
      progressFraction: 0.25,
      failure: null,
    });
    await complete(held);
    const end = await statusOf(jobId);
    expect(end).toMatchObject({ status: "COMPLETED", progressFraction: 1, pyramid, pollAfterMs: null });
    expect(end.metadataPath).toBe(`images/${imageId}/tilings/${jobId}/1/manifest.json`);
    expect(await causesOf(jobId)).toEqual(["SUBMITTED", "CLAIMED", "COMPLETED"]);
  });

  test("the digest of a source is known once a worker has read it", async () => {
    const { imageId } = await submit(server);
    const held = await claim(server);
    expect(held.sourceSha256).toBeNull();
    expect(await server.client.images.get.query({ imageId })).toMatchObject({ sourceSha256: null });
    const sourceSha256 = "0123456789abcdef".repeat(4);
    await complete(held, { sourceSha256 });
    expect(await server.client.images.get.query({ imageId })).toMatchObject({ sourceSha256 });
  });

  test("a worker that waits for work gets a job the moment it is submitted", async () => {
    const waiting = claim(server);
    const { jobId } = await submit(server);
    const held = await waiting;
    expect(held.jobId).toBe(jobId);
    await complete(held);
  });

  test("every job is handed out once, however many ask", async () => {
    const submitted = await Promise.all(Array.from({ length: 8 }, () => submit(server)));
    const held = await Promise.all(Array.from({ length: 8 }, (_, index) => claim(server, `worker-${index}`)));
    expect(new Set(held.map(({ jobId }) => jobId))).toEqual(new Set(submitted.map(({ jobId }) => jobId)));
    await Promise.all(held.map((each) => complete(each)));
  });

  test("the version changes with every visible change and with nothing else", async () => {
    const { jobId } = await submit(server);
    const held = await claim(server);
    const beat = { jobId, attempt: 1, stage: "TILING", tilesDone: 1, tilesTotal: 4 } as const;
    await server.worker.tiling.heartbeat.mutate(beat);
    const before = await statusOf(jobId);
    await server.worker.tiling.heartbeat.mutate(beat);
    expect((await statusOf(jobId)).version).toBe(before.version);
    await server.worker.tiling.heartbeat.mutate({ ...beat, tilesDone: 2 });
    expect((await statusOf(jobId)).version).toBe(before.version + 1);
    await complete(held);
  });
});

describe("fencing", () => {
  test("progress never goes back, in whatever order it arrives", async () => {
    const { jobId } = await submit(server);
    const held = await claim(server);
    const beat = (stage: "DOWNLOADING" | "TILING" | "PUBLISHING", stageFraction: number, tilesDone = 0) =>
      server.worker.tiling.heartbeat.mutate({ jobId, attempt: 1, stage, stageFraction, tilesDone, tilesTotal: 10 });
    await beat("DOWNLOADING", 0.25);
    const { version } = await statusOf(jobId);
    await beat("DOWNLOADING", 0.75);
    await beat("DOWNLOADING", 0.5);
    expect(await statusOf(jobId)).toMatchObject({ stage: "DOWNLOADING", stageFraction: 0.75, version: version + 1 });
    await beat("TILING", 0.625, 7);
    await beat("DOWNLOADING", 1, 4);
    await beat("TILING", 0.5, 5);
    expect(await statusOf(jobId)).toMatchObject({ stage: "TILING", stageFraction: 0.625, tilesDone: 7 });
    await beat("PUBLISHING", 0.25, 10);
    expect(await statusOf(jobId)).toMatchObject({ stage: "PUBLISHING", stageFraction: 0.25, tilesDone: 10 });
    await complete(held);
    expect(await statusOf(jobId)).toMatchObject({ stage: "PUBLISHING", stageFraction: 1 });
  });

  test("a worker that fell silent loses the job to the next and can change nothing any more", async () => {
    const { jobId } = await submit(server);
    const zombie = await claim(server, "zombie");
    const next = await claim(server, "next");
    expect(next).toMatchObject({ jobId, attempt: 2 });
    expect(await causesOf(jobId)).toEqual(["SUBMITTED", "CLAIMED", "LEASE_EXPIRED", "CLAIMED"]);

    const stale = refusedWith("STALE_ATTEMPT");
    const beat = { jobId, attempt: 1, stage: "PUBLISHING", tilesDone: 9, tilesTotal: 9 } as const;
    await expect(server.worker.tiling.heartbeat.mutate(beat)).rejects.toEqual(stale);
    await expect(complete(zombie)).rejects.toEqual(stale);
    const failed = { jobId, attempt: 1, code: "CORRUPT_IMAGE", reason: "Says the zombie." } as const;
    await expect(server.worker.tiling.markFailed.mutate(failed)).rejects.toEqual(stale);
    await expect(server.worker.tiling.handBack.mutate({ jobId, attempt: 1 })).rejects.toEqual(stale);

    await complete(next);
    expect(await statusOf(jobId)).toMatchObject({ status: "COMPLETED", attempt: 2 });
  });

  test("a job whose workers all fell silent ends as FAILED, with the reason", async () => {
    const { jobId } = await submit(server);
    await claim(server);
    await claim(server);
    await expect
      .poll(() => statusOf(jobId), { timeout: 90_000 })
      .toMatchObject({
        status: "FAILED",
        attempt: 2,
        failure: { code: "WORKER_LOST", family: "system" },
      });
  });

  test("completing twice is a no-op; completing with another manifest, or none, is refused", async () => {
    const { jobId } = await submit(server);
    const held = await claim(server);
    const claimComplete = (metadataPath: string) =>
      server.worker.tiling.markComplete.mutate({ jobId, attempt: 1, metadataPath, pyramid });
    await expect(claimComplete("images/other/manifest.json")).rejects.toEqual(refusedWith("INVALID_INPUT"));
    await expect(claimComplete(`${held.outputPrefix}manifest.json`)).rejects.toEqual(refusedWith("MANIFEST_MISSING"));
    const first = await complete(held);
    const second = await complete(held);
    expect(second).toEqual(first);
    expect(await causesOf(jobId)).toEqual(["SUBMITTED", "CLAIMED", "COMPLETED"]);
  });

  test("workers' calls need the worker token", async () => {
    await expect(server.client.tiling.claim.mutate({ workerId: "nobody", waitMs: 0 })).rejects.toEqual(
      refusedWith("UNAUTHENTICATED"),
    );
  });
});

describe("failure, retry and cancel", () => {
  test("the data's fault is final, and a retry is a new job on the same image", async () => {
    const { imageId, jobId } = await submit(server);
    await claim(server);
    const failure = { jobId, attempt: 1, code: "CORRUPT_IMAGE", reason: "The file ends half-way." } as const;
    await server.worker.tiling.markFailed.mutate(failure);
    await server.worker.tiling.markFailed.mutate(failure);
    const failed = await statusOf(jobId);
    expect(failed).toMatchObject({
      status: "FAILED",
      attempt: 1,
      failure: { code: "CORRUPT_IMAGE", family: "data", reason: "The file ends half-way." },
    });
    expect(failed.failure?.remedy).not.toBe("");

    const retried = await server.client.tiling.retry.mutate({ jobId });
    expect(retried).toMatchObject({ status: "PENDING", imageId, attempt: 0, failure: null });
    expect(retried.jobId).not.toBe(jobId);
    expect(await server.client.tiling.retry.mutate({ imageId })).toMatchObject({ jobId: retried.jobId });
    expect(await statusOf(jobId)).toEqual(failed);
    expect(await server.client.tiling.getStatus.query({ imageId })).toMatchObject({ jobId: retried.jobId });
    await complete(await claim(server));
    await expect(server.client.tiling.retry.mutate({ imageId })).rejects.toEqual(refusedWith("JOB_NOT_FAILED"));
    const { events } = await server.client.tiling.history.query({ imageId });
    expect(events.map((event) => event.cause)).toEqual([
      ...["SUBMITTED", "CLAIMED", "FAILED"],
      ...["RETRIED", "CLAIMED", "COMPLETED"],
    ]);
  });

  test("retries at the same time start one job", async () => {
    const { jobId } = await submit(server);
    await server.client.tiling.cancel.mutate({ jobId });
    const retries = await Promise.all(Array.from({ length: 6 }, () => server.client.tiling.retry.mutate({ jobId })));
    expect(new Set(retries.map((retry) => retry.jobId)).size).toBe(1);
    await complete(await claim(server));
  });

  test("the system's fault is tried again, until no attempt is left", async () => {
    const { jobId } = await submit(server);
    const outOfReach = { jobId, code: "STORAGE_UNAVAILABLE", reason: "The store is away." } as const;
    await claim(server);
    await server.worker.tiling.markFailed.mutate({ ...outOfReach, attempt: 1 });
    expect(await statusOf(jobId)).toMatchObject({ status: "PENDING", stage: "QUEUED", attempt: 1, failure: null });
    await claim(server);
    await server.worker.tiling.markFailed.mutate({ ...outOfReach, attempt: 2 });
    expect(await statusOf(jobId)).toMatchObject({ status: "FAILED", failure: { code: "STORAGE_UNAVAILABLE" } });
    expect(await causesOf(jobId)).toEqual(["SUBMITTED", "CLAIMED", "RELEASED", "CLAIMED", "FAILED"]);
  });

  test("a job that waits for room on a disk that others hold waits for as long as that takes", async () => {
    const { jobId } = await submit(server);
    const noRoom = { jobId, code: "SCRATCH_FULL", reason: "The disk has no room left.", awaitsRoom: true } as const;
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      expect((await claim(server)).attempt).toBe(attempt);
      await server.worker.tiling.markFailed.mutate({ ...noRoom, attempt });
      expect(await statusOf(jobId)).toMatchObject({ status: "PENDING", attempt, failure: null });
      await dueNow(jobId);
    }
    await claim(server);
    await server.worker.tiling.markFailed.mutate({ ...noRoom, attempt: 4, awaitsRoom: false });
    await dueNow(jobId);
    await claim(server);
    await server.worker.tiling.markFailed.mutate({ ...noRoom, attempt: 5, awaitsRoom: false });
    expect(await statusOf(jobId)).toMatchObject({ status: "FAILED", failure: { code: "SCRATCH_FULL" } });
  });

  test("a job that its worker hands back waits again, and the attempt is forgiven", async () => {
    const { jobId } = await submit(server);
    await claim(server);
    await server.worker.tiling.handBack.mutate({ jobId, attempt: 1 });
    expect(await statusOf(jobId)).toMatchObject({ status: "PENDING", attempt: 1, maxAttempts: 3 });
    await complete(await claim(server));
  });

  test("a cancelled job is never handed out, and its worker is told", async () => {
    const waiting = await submit(server);
    await server.client.tiling.cancel.mutate({ jobId: waiting.jobId });
    await server.client.tiling.cancel.mutate({ jobId: waiting.jobId });
    const running = await submit(server);
    const held = await claim(server);
    expect(held.jobId).toBe(running.jobId);
    expect(await server.client.tiling.cancel.mutate({ jobId: running.jobId })).toMatchObject({
      status: "FAILED",
      failure: { code: "CANCELLED", family: "user" },
    });
    const beat = { jobId: running.jobId, attempt: 1, stage: "TILING", tilesDone: 1, tilesTotal: 2 } as const;
    await expect(server.worker.tiling.heartbeat.mutate(beat)).rejects.toEqual(refusedWith("STALE_ATTEMPT"));
    const { assignment } = await server.worker.tiling.claim.mutate({ workerId: "worker-a", waitMs: 0 });
    expect(assignment).toBeNull();
  });

  test("what has ended can't be cancelled", async () => {
    const { jobId } = await submit(server);
    await complete(await claim(server));
    await expect(server.client.tiling.cancel.mutate({ jobId })).rejects.toEqual(refusedWith("JOB_FINISHED"));
  });
});

describe("asking", () => {
  test("unknown ids are typed errors", async () => {
    const id = randomUUID();
    await expect(server.client.tiling.getStatus.query({ jobId: id })).rejects.toEqual(refusedWith("JOB_NOT_FOUND"));
    await expect(server.client.tiling.getStatus.query({ imageId: id })).rejects.toEqual(refusedWith("IMAGE_NOT_FOUND"));
    await expect(server.client.tiling.history.query({ jobId: id })).rejects.toEqual(refusedWith("JOB_NOT_FOUND"));
    await expect(server.client.images.get.query({ imageId: id })).rejects.toEqual(refusedWith("IMAGE_NOT_FOUND"));
    await expect(server.client.tiling.cancel.mutate({ jobId: id })).rejects.toEqual(refusedWith("JOB_NOT_FOUND"));
    await expect(server.client.tiling.getStatus.query({ jobId: "x" })).rejects.toEqual(refusedWith("INVALID_INPUT"));
  });

  test("lists go from the newest to the oldest, page by page, each image once", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await server.client.images.list.query({ limit: 5, cursor });
      seen.push(...page.images.map((image) => image.imageId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual([...new Set(seen)].sort().reverse());
    expect(seen.length).toBeGreaterThan(10);
    const { jobs } = await server.client.tiling.list.query({ status: "FAILED", limit: 100 });
    expect(jobs.length).toBeGreaterThan(0);
    expect(jobs.every((job) => job.status === "FAILED")).toBe(true);
  });
});
