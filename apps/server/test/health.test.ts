import { mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "@tilewright/db";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { startTestServer, submit, type TestServer } from "./test-server.ts";

let server: TestServer;
beforeAll(async () => {
  // Empty: the database of its own.
  server = await startTestServer({ DATABASE_URL: "" });
});
afterAll(() => server.stop());

const ask = async (path: string, { address } = server) => {
  const response = await fetch(address + path);
  return [response.status, await response.json()] as const;
};
const alive = [200, { status: "ok" }];
const well = { database: "ok", migrations: "ok", store: "ok", disk: "ok" };
const ready = [200, { status: "ok", parts: well }];
const notReady = (parts: Record<string, string>) => [
  503,
  { error: expect.objectContaining({ code: "NOT_READY", details: { ...well, ...parts } }) },
];
const databaseAway = notReady({ database: "DATABASE_UNAVAILABLE", migrations: "DATABASE_UNAVAILABLE" });
const within = { timeout: 90_000, interval: 100 };

/** The database's server and all that it has started. */
async function postgresPids(): Promise<number[]> {
  const file = await readFile(join(server.dataDirectory, "postgres/cluster/postmaster.pid"), "utf8");
  const postmaster = Number(file.split("\n")[0]);
  const children = await readFile(`/proc/${postmaster}/task/${postmaster}/children`, "utf8");
  return [postmaster, ...children.trim().split(" ").map(Number)];
}

test("all is well while everything answers", async () => {
  for (const [path, answer] of [["/healthz", alive] as const, ["/readyz", ready] as const]) {
    expect(await ask(path)).toEqual(answer);
    expect((await fetch(server.address + path)).headers.get("cache-control")).toBe("no-store");
  }
});

test("a database that stands still is told in time, to however many ask, and so is its return", async () => {
  await submit(server);
  const pids = await postgresPids();
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  try {
    await vi.waitFor(async () => expect(await ask("/readyz")).toEqual(databaseAway), within);
    const inTime = AbortSignal.timeout(2_000);
    const many = await Promise.all(
      Array.from({ length: 100 }, () => fetch(`${server.address}/readyz`, { signal: inTime })),
    );
    expect(new Set(many.map(({ status }) => status))).toEqual(new Set([503]));
    expect(await ask("/healthz")).toEqual(alive);
  } finally {
    for (const pid of pids) process.kill(pid, "SIGCONT");
  }
  await vi.waitFor(async () => expect(await ask("/readyz")).toEqual(ready), within);
});

test("a database that was stopped is told without its address, and the process lives on", async () => {
  const directory = await mkdtemp(join(tmpdir(), "tilewright-stopped-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const postgres = await startEmbeddedPostgres({ directory });
  const other = await startTestServer({ DATABASE_URL: postgres.url });
  onTestFinished(() => other.stop());
  expect(await ask("/readyz", other)).toEqual(ready);
  await postgres.stop();
  await vi.waitFor(async () => expect(await ask("/readyz", other)).toEqual(databaseAway), within);
  const said = await (await fetch(`${other.address}/readyz`, { signal: AbortSignal.timeout(2_000) })).text();
  const { password, port } = new URL(postgres.url);
  for (const secret of [password, `:${port}`, "postgresql:", "127.0.0.1", directory])
    expect(said).not.toContain(secret);
  expect(await ask("/healthz", other)).toEqual(alive);
});

test("a database of another version is told, with the migrations that it lacks or has beyond", async () => {
  const other = await startTestServer();
  onTestFinished(() => other.stop());
  const { prisma } = other.database;
  const told = async (code: string, name: string) => {
    await vi.waitFor(async () => expect(await ask("/readyz", other)).toEqual(notReady({ migrations: code })), within);
    expect((await ask("/readyz", other))[1].error.message).toContain(name);
  };
  await prisma.$executeRaw`INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
    VALUES ('a', 'b', '29990101000000_from_the_future', now())`;
  await told("DATABASE_NEWER_THAN_CODE", "29990101000000_from_the_future");
  const [{ name } = { name: "" }] = await prisma.$queryRaw<{ name: string }[]>`
    SELECT min(migration_name) AS name FROM _prisma_migrations`;
  await prisma.$executeRaw`DELETE FROM _prisma_migrations WHERE migration_name IN (${name}, '29990101000000_from_the_future')`;
  await told("DATABASE_OLDER_THAN_CODE", name);
});

test("a store that is not mounted is told", async () => {
  // By then, maintenance has marked the store.
  const [mounted, aside] = ["objects", "aside"].map((name) => join(server.dataDirectory, "storage", name));
  const mark = join(mounted ?? "", "installation");
  await vi.waitFor(() => readFile(mark), within);
  await rename(mounted ?? "", aside ?? "");
  try {
    const away = notReady({ store: "STORAGE_UNAVAILABLE" });
    await vi.waitFor(async () => expect(await ask("/readyz")).toEqual(away), within);
  } finally {
    await rename(aside ?? "", mounted ?? "");
  }
  await vi.waitFor(async () => expect(await ask("/readyz")).toEqual(ready), within);
});

test("a disk that is full up to its reserve is told", async () => {
  const full = await startTestServer({ RESERVE_BYTES: String(2 ** 52) });
  onTestFinished(() => full.stop());
  expect(await ask("/readyz", full)).toEqual(notReady({ disk: "STORAGE_FULL" }));
});
