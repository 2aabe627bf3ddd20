import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { RouterInputs } from "@tilewright/client";
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

/** Two servers of one installation. */
let here: TestServer;
let there: TestServer;
beforeAll(async () => {
  here = await startTestServer();
  const STORAGE_URL = pathToFileURL(join(here.dataDirectory, "storage")).href;
  there = await startTestServer({ DATABASE_URL: here.databaseUrl, STORAGE_URL });
});
afterAll(async () => {
  await there.stop();
  await here.stop();
});

type Asked = RouterInputs["tiling"]["getStatuses"]["jobs"];
const statuses = async (jobs: Asked, server = here) => (await server.client.tiling.getStatuses.query({ jobs })).jobs;
const statusAt = (server: TestServer, which: { jobId: string } | { imageId: string }) =>
  server.client.tiling.getStatus.query(which);
const shown = (status: object) => ({ answer: "STATUS", status: expect.objectContaining(status) });
const missing = (code: string) => ({ answer: "NOT_FOUND", code, message: expect.stringContaining("no such") });

describe("many statuses in one question", () => {
  test("are answered in the order asked, the same as one by one, and an unknown one fails no other", async () => {
    const [one, other] = [await submit(here, "one.tif"), await submit(here, "other.tif")];
    const unknown = randomUUID();
    const answers = await statuses([
      { jobId: other.jobId },
      { jobId: unknown },
      { imageId: one.imageId },
      { jobId: other.jobId.toUpperCase() },
      { imageId: unknown },
      { imageId: other.jobId },
    ]);
    const second = shown({ jobId: other.jobId, datasetName: "other.tif" });
    const first = shown({ jobId: one.jobId, datasetName: "one.tif" });
    expect(answers).toEqual([
      ...[second, missing("JOB_NOT_FOUND"), first, second],
      ...[missing("IMAGE_NOT_FOUND"), missing("IMAGE_NOT_FOUND")],
    ]);
    const { pollAfterMs: _, ...single } = await statusAt(here, { jobId: one.jobId });
    expect(answers[2]).toMatchObject({ status: single });
  });

  test("say no more than that of what is known in its version, and everything of any other version", async () => {
    const { jobId, imageId } = await submit(here);
    const { version } = await statusAt(here, { jobId });
    const unchanged = { answer: "UNCHANGED", jobId, version, waiting: { reason: expect.any(String) } };
    const whole = shown({ jobId, version });
    const answers = await statuses([
      { jobId, knownVersion: version },
      { imageId, knownJobId: jobId.toUpperCase(), knownVersion: version },
      { jobId, knownVersion: version - 1 },
      { jobId, knownVersion: 2 ** 31 - 1 },
      { imageId, knownJobId: randomUUID(), knownVersion: version },
      { jobId: randomUUID(), knownVersion: version },
    ]);
    const tiny = { ...unchanged, pollAfterMs: expect.any(Number) };
    expect(answers).toEqual([tiny, tiny, whole, whole, whole, missing("JOB_NOT_FOUND")]);
  });

  test("may be a hundred, named twice or not, and no more", async () => {
    const { jobId } = await submit(here);
    const hundred = Array.from({ length: 100 }, (_, n) => (n % 2 ? { jobId } : { imageId: randomUUID() }));
    const answers = await statuses(hundred);
    expect(answers.map(({ answer }) => answer)).toEqual(hundred.map((_, n) => (n % 2 ? "STATUS" : "NOT_FOUND")));
    const refused = refusedWith("INVALID_INPUT");
    await expect(statuses([...hundred, { jobId }])).rejects.toEqual(refused);
    await expect(statuses([])).rejects.toEqual(refused);
    for (const wrong of [
      { jobId, knownVersion: -1 },
      { jobId, knownVersion: 2 ** 31 },
      { jobId, knownJobId: jobId },
      {},
    ]) {
      await expect(statuses([wrong as Asked[number]])).rejects.toEqual(refused);
    }
  });

  test("have room for a batch of as many calls as there may be, and the answer has an end", async () => {
    const imageId = randomUUID();
    const { prisma } = here.database;
    const text = "€".repeat(2_000);
    await prisma.image.create({ data: { id: imageId, name: "large", sizeBytes: 1, sourceKey: imageId, metadata: {} } });
    await prisma.tilingJob.create({
      data: {
        ...{ id: randomUUID(), imageId, datasetName: "large", datasetMetadata: { text }, maxAttempts: 3 },
        ...{ status: "FAILED", failureCode: "INTERNAL", failureReason: text },
      },
    });
    const jobs = Array.from({ length: 100 }, () => ({ imageId }));
    const path = Array.from({ length: 20 }, () => "tiling.getStatuses").join(",");
    const response = await fetch(`${here.address}/trpc/${path}?batch=1`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(Object.fromEntries(Array.from({ length: 20 }, (_, n) => [n, { jobs }]))),
    });
    const results = (await response.json()) as { result: { data: { jobs: { answer: string }[] } } }[];
    expect(results).toHaveLength(20);
    for (const { result } of results) {
      const told = result.data.jobs.map(({ answer }) => answer);
      expect(JSON.stringify(result).length).toBeLessThan(300_000);
      expect(told).toHaveLength(100);
      expect(told.indexOf("NO_ROOM")).toBe(told.lastIndexOf("STATUS") + 1);
    }
  });
});

describe("what is written through a server, its watchers see at once, and those of another within half a second", () => {
  /** As a page at each of them would have it. */
  const watched = async () => {
    const { jobId, imageId } = await submit(here);
    for (const server of [here, there]) await statuses([{ jobId }, { imageId }], server);
    return { jobId, imageId };
  };
  const seenThere = (which: { jobId: string } | { imageId: string }) =>
    expect.poll(() => statusAt(there, which), { timeout: 5_000, interval: 50 });

  test("a claim, its progress, its end", async () => {
    const { jobId, imageId } = await watched();
    // Whatever the other tests have left goes first.
    let held = await claim(here);
    while (held.jobId !== jobId) {
      await here.client.tiling.cancel.mutate({ jobId: held.jobId });
      held = await claim(here);
    }
    for (const which of [{ jobId }, { imageId }]) {
      expect(await statusAt(here, which)).toMatchObject({ status: "IN_PROGRESS", attempt: 1 });
      await seenThere(which).toMatchObject({ status: "IN_PROGRESS" });
    }
    const progress = { jobId, attempt: 1, stage: "TILING", tilesDone: 1, tilesTotal: 3 } as const;
    await here.worker.tiling.heartbeat.mutate(progress);
    for (const which of [{ jobId }, { imageId }]) {
      expect(await statusAt(here, which)).toMatchObject({ stage: "TILING", tilesDone: 1 });
      await seenThere(which).toMatchObject({ tilesDone: 1 });
    }
    const metadataPath = await publishManifest(here, held.outputPrefix);
    await here.worker.tiling.markComplete.mutate({ jobId, attempt: 1, metadataPath, pyramid });
    for (const which of [{ jobId }, { imageId }]) {
      expect(await statusAt(here, which)).toMatchObject({ status: "COMPLETED", pollAfterMs: null });
      await seenThere(which).toMatchObject({ status: "COMPLETED" });
    }
  });

  test("a cancellation, and the job that takes its place", async () => {
    const { jobId, imageId } = await watched();
    await here.client.tiling.cancel.mutate({ jobId });
    expect(await statusAt(here, { imageId })).toMatchObject({ jobId, status: "FAILED" });
    await seenThere({ imageId }).toMatchObject({ jobId, status: "FAILED" });
    const retried = await here.client.tiling.retry.mutate({ jobId });
    expect(await statusAt(here, { imageId })).toMatchObject({ jobId: retried.jobId, status: "PENDING" });
    expect(await statusAt(here, { jobId })).toMatchObject({ jobId, status: "FAILED" });
    await seenThere({ imageId }).toMatchObject({ jobId: retried.jobId });
  });

  test("a deletion, also of what had reached its end", async () => {
    const { jobId, imageId } = await watched();
    await here.client.tiling.cancel.mutate({ jobId });
    await seenThere({ jobId }).toMatchObject({ status: "FAILED" });
    await here.client.images.delete.mutate({ imageId });
    await expect(statusAt(here, { jobId })).rejects.toEqual(refusedWith("JOB_NOT_FOUND"));
    await expect(statusAt(here, { imageId })).rejects.toEqual(refusedWith("IMAGE_NOT_FOUND"));
    const answers = () => statuses([{ jobId, knownVersion: 2 }, { imageId }], there);
    const gone = [missing("JOB_NOT_FOUND"), missing("IMAGE_NOT_FOUND")];
    await expect.poll(answers, { timeout: 5_000, interval: 50 }).toEqual(gone);
  });

  test("an image that was asked for before it was there", async () => {
    const upload = await here.client.uploads.create.mutate({ fileName: "slide.tif", sizeBytes: 1 });
    const { imageId } = upload;
    await expect(statusAt(here, { imageId })).rejects.toEqual(refusedWith("IMAGE_NOT_FOUND"));
    const { parts } = await here.client.uploads.signParts.mutate({ uploadId: upload.uploadId, partNumbers: [1] });
    await fetch(new URL(parts[0]?.url ?? "", here.address), { method: "PUT", body: "x" });
    await here.client.uploads.complete.mutate({ uploadId: upload.uploadId, sizeBytes: 1 });
    expect(await statusAt(here, { imageId })).toMatchObject({ status: "PENDING" });
  });
});
