import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestRepositories, type TestRepositories } from "./repositories.ts";

let own: TestRepositories;
beforeAll(async () => {
  own = await createTestRepositories();
});
afterAll(() => own.drop());

const turnsTaken = async (duty: string, everyMs: number) =>
  (await Promise.all(Array.from({ length: 8 }, () => own.turns.take(duty, everyMs)))).filter(Boolean).length;

test("of many servers one has the turn, and the next comes a period later", async () => {
  expect(await turnsTaken("sweep", 60_000)).toBe(1);
  expect(await turnsTaken("sweep", 60_000)).toBe(0);
  await own.database.prisma.$executeRaw`UPDATE maintenance_turns SET taken_at = taken_at - interval '1 minute'`;
  expect(await turnsTaken("sweep", 60_000)).toBe(1);
});

test("each duty has turns of its own", async () => {
  expect(await turnsTaken("queue", 60_000)).toBe(1);
});
