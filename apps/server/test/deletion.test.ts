import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { installationKey } from "@tilewright/core/storage";
import { createRepositories } from "@tilewright/db";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
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
  server = await startTestServer();
});
afterAll(() => server.stop());

const remove = (imageId: string) => server.client.images.delete.mutate({ imageId });
const expectNoObjects = () =>
  vi.waitFor(
    async () => {
      const found = await readdir(join(server.dataDirectory, "storage/objects"));
      expect(found.filter((name) => name !== installationKey)).toEqual([]);
    },
    { timeout: 90_000 },
  );

async function expectGone({ imageId, jobId }: { imageId: string; jobId: string }) {
  const { client } = server;
  await expect(client.images.get.query({ imageId })).rejects.toEqual(refusedWith("IMAGE_NOT_FOUND"));
  await expect(client.tiling.getStatus.query({ jobId })).rejects.toEqual(refusedWith("JOB_NOT_FOUND"));
  await expect(client.tiling.history.query({ imageId })).rejects.toEqual(refusedWith("IMAGE_NOT_FOUND"));
  await expect(client.tiling.retry.mutate({ imageId })).rejects.toEqual(refusedWith("IMAGE_NOT_FOUND"));
  await expect(remove(imageId)).rejects.toEqual(refusedWith("IMAGE_NOT_FOUND"));
  expect((await client.images.list.query({})).images).toEqual([]);
  expect(await server.database.prisma.upload.count()).toBe(0);
  await expectNoObjects();
}

test("a waiting slide is deleted and never handed out", async () => {
  const slide = await submit(server);
  expect(await remove(slide.imageId)).toEqual({ imageId: slide.imageId });
  expect(await server.worker.tiling.claim.mutate({ workerId: "worker-a", waitMs: 0 })).toEqual({ assignment: null });
  await expectGone(slide);
});

test("a slide is deleted while it is tiled: its worker is told to stop, whatever it says", async () => {
  const slide = await submit(server);
  const { jobId, outputPrefix } = await claim(server);
  await remove(slide.imageId);
  const gone = refusedWith("JOB_NOT_FOUND");
  const { tiling } = server.worker;
  const beat = { jobId, attempt: 1, stage: "TILING", tilesDone: 1, tilesTotal: 2 } as const;
  await expect(tiling.heartbeat.mutate(beat)).rejects.toEqual(gone);
  await expect(tiling.handBack.mutate({ jobId, attempt: 1 })).rejects.toEqual(gone);
  const failure = { jobId, attempt: 1, code: "INTERNAL", reason: "Gone." } as const;
  await expect(tiling.markFailed.mutate(failure)).rejects.toEqual(gone);
  const end = { jobId, attempt: 1, metadataPath: `${outputPrefix}manifest.json`, pyramid };
  await expect(tiling.markComplete.mutate(end)).rejects.toEqual(gone);
  await expectGone(slide);
});

test("a finished slide is deleted with its pyramid, and its tiles are gone", async () => {
  const slide = await submit(server);
  const { jobId, outputPrefix } = await claim(server);
  const metadataPath = await publishManifest(server, outputPrefix);
  await server.worker.tiling.markComplete.mutate({ jobId, attempt: 1, metadataPath, pyramid });
  await remove(slide.imageId);
  expect((await fetch(server.client.dziUrl(jobId))).status).toBe(404);
  await expectGone(slide);
});

test("a server that dies as soon as the rows are gone leaves the rest to the next one", async () => {
  const slide = await submit(server);
  // What the verb commits, without anything that a server does afterwards.
  expect(await createRepositories(server.database).images.delete(slide.imageId)).toBe(true);
  await expectGone(slide);
});

test("deleting many times at once is done once", async () => {
  const slide = await submit(server);
  const ends = await Promise.allSettled(Array.from({ length: 6 }, () => remove(slide.imageId)));
  expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  await expectGone(slide);
});
