import { createRepositories } from "@tilewright/db";
import { afterAll, beforeAll, expect, test } from "vitest";
import { claim, startTestServer, submit, type TestServer } from "./test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const waitingOf = async (imageId: string) => (await server.client.tiling.getStatus.query({ imageId })).waiting;

/** What a server that has only just started would say. */
const isAnyThere = () => createRepositories(server.database).jobs.tiling.workers.isAnyThere();

const untilWaiting = (imageId: string, reason: "IN_LINE" | "NO_WORKER") =>
  expect.poll(() => waitingOf(imageId), { timeout: 90_000 }).toEqual({ reason });

test("a job that waits says whether there is anybody to work on it, and a busy worker is somebody", async () => {
  const { imageId: first } = await submit(server);
  expect(await waitingOf(first)).toEqual({ reason: "NO_WORKER" });
  const { images } = await server.client.images.list.query({});
  expect(images[0]?.tiling.waiting).toEqual({ reason: "NO_WORKER" });

  const { jobId, attempt } = await claim(server);
  expect(await waitingOf(first)).toBeNull();
  const { imageId: second } = await submit(server);
  await untilWaiting(second, "IN_LINE");

  // Long jobs outlast what was expected of the claim: the lease says that the worker is there.
  await server.database.prisma.$executeRaw`UPDATE tiling_workers SET expected_until = now()`;
  expect(await isAnyThere()).toBe(true);
  await server.worker.tiling.heartbeat.mutate({ jobId, attempt, stage: "TILING", tilesDone: 1, tilesTotal: 3 });
  await server.database.prisma.$executeRaw`UPDATE tiling_jobs SET lease_expires_at = now()`;
  expect(await isAnyThere()).toBe(false);
});

test("a worker that waits for work is there, as every server knows", async () => {
  expect(await isAnyThere()).toBe(false);
  const gone = new AbortController();
  // Whatever waits goes to others first, so that this one has nothing to do.
  while ((await server.worker.tiling.claim.mutate({ workerId: "other", waitMs: 0 })).assignment);
  await server.database.prisma.$executeRaw`DELETE FROM tiling_workers`;
  await server.database.prisma.$executeRaw`UPDATE tiling_jobs SET lease_expires_at = now()`;
  const asking = server.worker.tiling.claim.mutate({ workerId: "idle", waitMs: 30_000 }, { signal: gone.signal });
  await expect.poll(isAnyThere).toBe(true);
  gone.abort();
  await asking.catch(() => {});
});
