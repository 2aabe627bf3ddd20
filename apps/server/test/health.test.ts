import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startTestServer, submit, type TestServer } from "./test-server.ts";

let server: TestServer;
beforeAll(async () => {
  // Empty: the database of its own.
  server = await startTestServer({ DATABASE_URL: "" });
});
afterAll(() => server.stop());

const health = async () => {
  const response = await fetch(`${server.address}/healthz`);
  return [response.status, await response.json()] as const;
};
const refusal = (code: string) => ({ error: expect.objectContaining({ code, message: expect.any(String) }) });
const within = { timeout: 15_000, interval: 100 };

/** The database's server and all that it has started. */
async function postgresPids(): Promise<number[]> {
  const file = await readFile(join(server.dataDirectory, "postgres/cluster/postmaster.pid"), "utf8");
  const postmaster = Number(file.split("\n")[0]);
  const children = await readFile(`/proc/${postmaster}/task/${postmaster}/children`, "utf8");
  return [postmaster, ...children.trim().split(" ").map(Number)];
}

test("all is well while database and store answer", async () => {
  expect(await health()).toEqual([200, { status: "ok" }]);
  expect((await fetch(`${server.address}/healthz`)).headers.get("cache-control")).toBe("no-store");
});

test("a database that stands still is told in time, to however many ask, and so is its return", async () => {
  await submit(server);
  const pids = await postgresPids();
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  try {
    await vi.waitFor(async () => expect(await health()).toEqual([503, refusal("DATABASE_UNAVAILABLE")]), within);
    const many = await Promise.all(Array.from({ length: 100 }, health));
    expect(new Set(many.map(([status]) => status))).toEqual(new Set([503]));
  } finally {
    for (const pid of pids) process.kill(pid, "SIGCONT");
  }
  await vi.waitFor(async () => expect(await health()).toEqual([200, { status: "ok" }]), within);
});

test("a store that is not mounted is told", async () => {
  // By then, maintenance has marked the store.
  const [mounted, aside] = ["objects", "aside"].map((name) => join(server.dataDirectory, "storage", name));
  const mark = join(mounted ?? "", "installation");
  await vi.waitFor(() => readFile(mark), within);
  await rename(mounted ?? "", aside ?? "");
  try {
    await vi.waitFor(async () => expect(await health()).toEqual([503, refusal("STORAGE_UNAVAILABLE")]), within);
  } finally {
    await rename(aside ?? "", mounted ?? "");
  }
  await vi.waitFor(async () => expect(await health()).toEqual([200, { status: "ok" }]), within);
});
