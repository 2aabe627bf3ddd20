import { randomUUID } from "node:crypto";
import type { Ports } from "@tilewright/core";
import type { ObjectStore } from "@tilewright/core/storage";
import { claimTiling } from "@tilewright/core/tiling";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { connectDatabase, type Database, queues } from "../../src/index.ts";
import { createTestDatabase, type TestDatabase } from "../../src/testing/index.ts";
import { eventually } from "../eventually.ts";
import { portsOn, storeImage } from "./subject.ts";

let own: TestDatabase;
let other: Database;
/** Where jobs are put in line, and where workers wait. */
let here: Ports;
let there: Ports;
beforeAll(async () => {
  own = await createTestDatabase({ queues, onError: () => {} });
  other = await connectDatabase(own.url, { bossRole: "client", queues, onError: () => {} });
  here = portsOn(own.database, {} as ObjectStore);
  there = portsOn(other, {} as ObjectStore);
});
afterAll(async () => {
  await other.close();
  await own.drop();
});

const never = new AbortController().signal;

/** Less than it takes until a node looks by itself where notices come. */
const waitMs = 8_000;
const waitThere = (workerId = "worker", forMs = waitMs) =>
  claimTiling(there, { workerId, claimId: randomUUID(), waitMs: forMs }, never);

const listening = () => eventually(() => expect(other.notices.isListening()).toBe(true));
/** A worker waits there, and whatever it could see by itself it has seen. */
async function waiting(workerId?: string, forMs?: number) {
  const looks = vi.spyOn(other.prisma, "$queryRaw");
  const claimed = waitThere(workerId, forMs);
  await eventually(() => expect(looks).toHaveBeenCalled());
  await Promise.all(looks.mock.results.map(({ value }) => value));
  looks.mockRestore();
  return { claimed };
}

async function expectHandedOver(): Promise<void> {
  const { claimed } = await waiting();
  const imageId = await storeImage(here);
  expect(await claimed).toMatchObject({ assignment: { imageId } });
}

test("a job that is put in line at one node goes to who waits at another", async () => {
  await listening();
  await expectHandedOver();
});

test("a job that goes back in line, at once or after a pause, is heard of as well", async () => {
  await listening();
  for (const delayMs of [0, 1_000]) {
    const imageId = await storeImage(here);
    const held = await here.jobs.tiling.claim({ workerId: "other", leaseMs: 60_000 });
    expect(held?.job.imageId).toBe(imageId);
    const { claimed } = await waiting();
    const { jobId = "" } = held?.job ?? {};
    await here.jobs.tiling.release({ jobId, attempt: 1, cause: "RELEASED", reason: "A test.", delayMs });
    expect(await claimed).toMatchObject({ assignment: { jobId, attempt: 2 } });
  }
});

test("any number of workers that wait share what it costs", async () => {
  await listening();
  const { claimed: first } = await waiting("first", 3_000);
  const calls = (["$queryRaw", "$executeRaw", "$transaction"] as const).map((name) => vi.spyOn(other.prisma, name));
  const all = Array.from({ length: 200 }, (_, n) => waitThere(`worker ${n}`, 2_000));
  expect(await Promise.all([first, ...all])).toEqual(Array.from({ length: 201 }, () => ({ assignment: null })));
  const [looks = 0, writes = 0, claims = 0] = calls.map((call) => call.mock.calls.length);
  for (const call of calls) call.mockRestore();
  expect([looks <= 4, writes <= 4, claims]).toEqual([true, true, 0]);
  expect(await own.database.prisma.tilingWorker.count()).toBeGreaterThan(200);
});

test("a claim whose answer was lost gets the same attempt from the node where it is asked again", async () => {
  await listening();
  const imageId = await storeImage(here);
  const claim = { workerId: "worker", claimId: randomUUID(), waitMs };
  const { assignment } = await claimTiling(here, claim, never);
  expect(assignment).toMatchObject({ imageId, attempt: 1 });
  const { claimed: first } = await waiting("first", 2_000);
  expect(await claimTiling(there, claim, never)).toEqual({ assignment });
  expect(await first).toEqual({ assignment: null });
});

const sessions = async () => {
  const rows = await own.database.prisma.$queryRaw<{ pid: number }[]>`
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'tilewright notices' AND query LIKE 'LISTEN%'`;
  return rows.map(({ pid }) => pid);
};

test("a connection that breaks is opened again, and whatever came meanwhile is found", async () => {
  await listening();
  const { claimed } = await waiting();
  const before = await sessions();
  for (const pid of before) await own.database.prisma.$queryRaw`SELECT pg_terminate_backend(${pid}::int)`;
  const imageId = await storeImage(here);
  expect(await claimed).toMatchObject({ assignment: { imageId } });
  await listening();
  await eventually(async () => expect(await sessions()).toHaveLength(before.length));
  expect(await sessions()).not.toEqual(before);
  await expectHandedOver();
});

test("without notices, a node looks by itself", async () => {
  await other.notices.close();
  await eventually(() => expect(other.notices.isListening()).toBe(false));
  await expectHandedOver();
});
