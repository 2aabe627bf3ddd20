import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { createRepositories } from "../src/index.ts";
import { createTestRepositories, type TestRepositories } from "./repositories.ts";

let own: TestRepositories;
beforeAll(async () => {
  own = await createTestRepositories();
});
afterAll(() => own.drop());

/** As a server that has not asked before would see it. */
const isAnyThere = () => createRepositories(own.database).jobs.tiling.workers.isAnyThere();

test("a worker is there for as long as it said, and asking again prolongs it", async () => {
  expect(await isAnyThere()).toBe(false);
  await own.jobs.tiling.workers.ask("a", 60_000);
  await own.jobs.tiling.workers.ask("b", 0);
  expect(await isAnyThere()).toBe(true);
  await own.jobs.tiling.workers.ask("a", 0);
  expect(await isAnyThere()).toBe(false);
  await own.jobs.tiling.workers.ask("b", 60_000);
  expect(await isAnyThere()).toBe(true);
});

test("many watchers share one answer, and a worker may take its time between two jobs", async () => {
  const clock = vi.spyOn(performance, "now").mockReturnValue(0);
  onTestFinished(() => clock.mockRestore());
  await own.database.prisma.$executeRaw`DELETE FROM tiling_workers`;
  const { workers } = createRepositories(own.database).jobs.tiling;
  expect(await workers.isAnyThere()).toBe(false);
  await own.jobs.tiling.workers.ask("a", 60_000);
  expect(await workers.isAnyThere()).toBe(false);
  clock.mockReturnValue(2_000);
  expect(await workers.isAnyThere()).toBe(true);
  await own.database.prisma.$executeRaw`DELETE FROM tiling_workers`;
  clock.mockReturnValue(12_000);
  expect(await workers.isAnyThere()).toBe(true);
  clock.mockReturnValue(20_000);
  expect(await workers.isAnyThere()).toBe(false);
});

test("workers that are long gone are forgotten", async () => {
  for (const workerId of ["old", "new"]) await own.jobs.tiling.workers.ask(workerId, 0);
  await own.database.prisma.$executeRaw`
    UPDATE tiling_workers SET expected_until = now() - interval '2 days' WHERE worker_id = 'old'`;
  await own.jobs.tiling.workers.ask("new", 0);
  expect(await own.database.prisma.tilingWorker.findMany({ select: { workerId: true } })).toEqual([
    { workerId: "new" },
  ]);
});
