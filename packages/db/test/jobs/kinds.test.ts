import { claimJob, getJobStatus, retryJob } from "@tilewright/core/jobs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { storeImage } from "./subject.ts";
import { ToyJobs } from "./toy.ts";
import { openToy } from "./toy-subject.ts";

let own: Awaited<ReturnType<typeof openToy>>;
beforeEach(async () => {
  own = await openToy();
});
afterEach(() => own.drop());

const claim = async (kinds: readonly string[]) => {
  const asker = { workerId: `worker of ${kinds}`, waitMs: 0, kinds };
  return (await claimJob(own.domain, own.ports, asker, new AbortController().signal)).assignment?.jobId;
};

test("a worker gets only what it can do, the longest waiting first", async () => {
  const imageId = await storeImage(own.ports);
  const ball = await own.jobs.submit({ imageId, kind: "ball" });
  const doll = await own.jobs.submit({ imageId, kind: "doll" });
  const kite = await own.jobs.submit({ imageId, kind: "kite" });
  expect(await claim(["train"])).toBeUndefined();
  expect(await claim(["kite", "doll"])).toBe(doll.jobId);
  expect(await claim(["kite", "doll"])).toBe(kite.jobId);
  expect(await claim(["kite", "doll"])).toBeUndefined();
  expect(await claim(["ball"])).toBe(ball.jobId);
});

test("jobs of one image are active side by side, but for two that do the same", async () => {
  const imageId = await storeImage(own.ports);
  const ball = await own.jobs.submit({ imageId, kind: "ball" });
  const doll = await own.jobs.submit({ imageId, kind: "doll" });
  await expect(own.jobs.submit({ imageId, kind: "doll" })).rejects.toMatchObject({ code: "P2002" });
  expect(await retryJob(own.domain, own.ports, { jobId: ball.jobId })).toMatchObject({ jobId: ball.jobId });
  const cancelled = { jobId: ball.jobId, cause: "CANCELLED", code: "CANCELLED", reason: "A test." } as const;
  await own.jobs.fail(cancelled);
  const retried = await retryJob(own.domain, own.ports, { jobId: ball.jobId });
  expect(retried).toMatchObject({ kind: "ball", status: "PENDING" });
  expect(await own.jobs.find({ jobId: doll.jobId })).toMatchObject({ status: "PENDING", version: 1 });
});

test("whether anybody is there depends on what they can do", async () => {
  const { jobId } = await own.submit();
  await own.jobs.workers.ask("of dolls", 60_000, ["doll", "kite"]);
  const waiting = async () => (await getJobStatus(own.domain, own.ports, { jobId })).waiting;
  expect(await waiting()).toEqual({ reason: "NO_WORKER" });
  await own.jobs.workers.ask("of dolls", 60_000, ["ball"]);
  await expect.poll(waiting, { timeout: 90_000 }).toEqual({ reason: "IN_LINE" });
});

test("a worker that is at work is still there for whatever else it can do", async () => {
  const imageId = await storeImage(own.ports);
  const { jobId } = await own.jobs.submit({ imageId, kind: "doll" });
  const isAnyThere = (kind: string) => new ToyJobs(own.database).workers.isAnyThere(kind);
  await own.jobs.workers.ask("of toys and tilings", 0, ["doll", "kite"]);
  expect(await isAnyThere("doll")).toBe(false);

  // In another domain.
  const tiling = await own.ports.jobs.tiling.claim({ workerId: "of toys and tilings", leaseMs: 60_000 });
  if (!tiling) throw new Error("The image has a tiling.");
  expect([await isAnyThere("doll"), await isAnyThere("ball")]).toEqual([true, false]);
  await own.ports.jobs.tiling.fail({ ...tiling.job, cause: "FAILED", code: "CORRUPT_IMAGE", reason: "A test." });
  expect(await isAnyThere("doll")).toBe(false);

  // At a job of another kind.
  expect(await own.jobs.claim({ workerId: "of toys and tilings", leaseMs: 60_000, kinds: ["doll"] })).toMatchObject({
    job: { jobId },
  });
  expect([await isAnyThere("kite"), await isAnyThere("ball")]).toEqual([true, false]);
});

test("where there are kinds, a claim without any is a fault of the program", async () => {
  await expect(own.jobs.claim({ workerId: "worker", leaseMs: 1 })).rejects.toThrow("names some");
});
