import { expect, onTestFinished, test, vi } from "vitest";
import { applyMigrations, connectDatabase } from "../src/index.ts";
import { emptyDatabase, query } from "./empty-database.ts";
import { eventually } from "./eventually.ts";

const options = { bossRole: "client", queues: [], onError: console.error } as const;

test("its queues exist, with the options of the latest start", async () => {
  const url = await migratedDatabase();
  const dead = { name: "tile-dead" };
  const first = await connectDatabase(url, { ...options, queues: [dead, { name: "tile", retryLimit: 1 }] });
  await first.close();
  const tile = { name: "tile", retryLimit: 5, deadLetter: dead.name };
  const second = await connectDatabase(url, { ...options, queues: [dead, tile] });
  onTestFinished(() => second.close());
  expect(await second.boss.getQueue("tile")).toMatchObject({ ...tile, policy: "standard" });
});

test("nodes that start at once share one database", async () => {
  const url = await migratedDatabase();
  const queues = [{ name: "tile", retryLimit: 3 }];
  const nodes = await Promise.all([1, 2, 3].map(() => connectDatabase(url, { ...options, queues })));
  expect(await nodes[0]?.boss.getQueues()).toMatchObject(queues);
  await Promise.all(nodes.map((node) => node.close()));
});

test("a database that may lose commits is refused", async () => {
  const url = await emptyDatabase();
  await query(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET synchronous_commit = off`);
  await expect(connectDatabase(url, options)).rejects.toMatchObject({
    code: "DATABASE_NOT_DURABLE",
    message: expect.stringContaining("synchronous_commit = off"),
  });
});

test("closing leaves no connection, and may be repeated", async () => {
  const url = await migratedDatabase();
  const database = await connectDatabase(url, { ...options, bossRole: "supervisor" });
  await database.prisma.image.count();
  await database.close();
  await database.close();
  const others = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
  expect(await query(url, others)).toEqual([]);
});

test("it goes on after the server has dropped all its connections, and says so", async () => {
  const url = await migratedDatabase();
  const onError = vi.fn();
  const { prisma, boss, close } = await connectDatabase(url, { ...options, queues: [{ name: "tile" }], onError });
  onTestFinished(close);
  await prisma.image.count();
  await query(
    url,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );
  await eventually(() => expect(onError).toHaveBeenCalledWith(expect.objectContaining({ code: "57P01" })));
  // Until it has heard of the loss of each, it may still choose a lost connection.
  await eventually(async () => expect(await boss.send("tile", {})).toEqual(expect.any(String)));
  await eventually(async () => expect(await prisma.image.count()).toBe(0));
});

async function migratedDatabase(): Promise<string> {
  const url = await emptyDatabase();
  await applyMigrations(url);
  return url;
}
