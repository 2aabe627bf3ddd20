import { execFile, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { type EmbeddedPostgresOptions, startEmbeddedPostgres } from "../src/index.ts";
import { query } from "./empty-database.ts";
import { eventually } from "./eventually.ts";

const run = promisify(execFile);

const pristine = await mkdtemp(join(tmpdir(), "tilewright-embedded-"));
beforeAll(async () => {
  const server = await startEmbeddedPostgres({ directory: pristine });
  await server.stop();
});
afterAll(() => rm(pristine, { recursive: true }));

const serverSettings = `
  SELECT name, setting FROM pg_settings WHERE name IN
  ('listen_addresses', 'unix_socket_directories', 'password_encryption', 'fsync', 'synchronous_commit') ORDER BY name`;

test("its data is there after a stop and another start", async () => {
  const directory = await initialisedDirectory();
  const first = await start({ directory });
  await query(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
  await first.stop();
  await first.stop();
  await expect(query(first.url, "SELECT")).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE" });
  const steps: string[] = [];
  const second = await start({ directory, onProgress: (step) => steps.push(step) });
  expect(steps).toEqual(["starting"]);
  expect(await query(second.url, "SELECT * FROM kept")).toEqual([{ answer: 42 }]);
});

test("nobody else gets in: neither from other hosts, nor without the password, which only we can read", async () => {
  const directory = await initialisedDirectory();
  const { url } = await start({ directory });
  expect(await query(url, serverSettings)).toEqual([
    { name: "fsync", setting: "on" },
    { name: "listen_addresses", setting: "127.0.0.1" },
    { name: "password_encryption", setting: "scram-sha-256" },
    { name: "synchronous_commit", setting: "on" },
    { name: "unix_socket_directories", setting: "" },
  ]);
  const methods = "SELECT DISTINCT auth_method FROM pg_hba_file_rules";
  expect(await query(url, methods)).toEqual([{ auth_method: "scram-sha-256" }]);
  const guess = Object.assign(new URL(url), { password: "postgres" }).href;
  await expect(query(guess, "SELECT")).rejects.toThrow("password authentication failed");
  expect(await readFile(join(directory, "url"), "utf8")).toBe(url);
  for (const secret of ["url", "password"]) expect((await stat(join(directory, secret))).mode & 0o777).toBe(0o600);
});

test("of two processes, the second is refused, and the first goes on", async () => {
  const directory = await initialisedDirectory();
  const { url } = await start({ directory });
  await expect(startEmbeddedPostgres({ directory })).rejects.toMatchObject({ code: "DATA_DIRECTORY_IN_USE" });
  expect(await ownerProcess(directory)).toMatchObject({ code: "DATA_DIRECTORY_IN_USE" });
  expect(await query(url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("after the owner was killed, its server ends too, and what it committed is there", async () => {
  const directory = await initialisedDirectory();
  const first = await ownerProcess(directory);
  await first.kill();
  // At once: the first owner's server may be about to end still.
  const second = await ownerProcess(directory);
  await expect(query(first.url, "SELECT")).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE" });
  await second.kill();
  if (process.platform === "linux") {
    await eventually(() => expect(query(second.url, "SELECT")).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE" }));
  }
  const { url } = await start({ directory });
  expect(await query(url, "SELECT count(*)::int FROM kept")).toEqual([{ count: 2 }]);
});

test.each(["SIGKILL", "SIGQUIT"])(
  "a server that ends by %s runs again at the same address, with its data",
  async (signal) => {
    const directory = await initialisedDirectory();
    const onRestart = vi.fn();
    const { url, stop } = await start({ directory, onRestart });
    await query(url, "CREATE TABLE kept AS SELECT 42 AS answer");
    for (const times of [1, 2]) {
      process.kill(await postmasterPid(directory), signal);
      await eventually(() => expect(onRestart).toHaveBeenCalledTimes(times));
      expect(await query(url, "SELECT * FROM kept")).toEqual([{ answer: 42 }]);
    }
    await stop();
    await expect(query(url, "SELECT")).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE" });
  },
);

// Six starts, with pauses of 15.5 s between them.
test("when its server can't be started again, the owner is told, and the next start recovers", {
  timeout: 120_000,
}, async () => {
  const directory = await initialisedDirectory();
  const onUnexpectedExit = vi.fn();
  const first = await start({ directory, onUnexpectedExit });
  await query(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
  const settings = join(directory, "cluster/postgresql.conf");
  const working = await readFile(settings, "utf8");
  await writeFile(settings, `${working}\nno_such_setting = 1\n`);
  process.kill(await postmasterPid(directory), "SIGKILL");
  await eventually(() => expect(onUnexpectedExit).toHaveBeenCalledOnce(), 90_000);
  await first.stop();
  await writeFile(settings, working);
  const second = await start({ directory });
  expect(await query(second.url, "SELECT * FROM kept")).toEqual([{ answer: 42 }]);
});

test("a server that somebody has frozen is stopped all the same, by its owner and after it", async () => {
  const directory = await initialisedDirectory();
  const { url, stop } = await start({ directory });
  process.kill(await postmasterPid(directory), "SIGSTOP");
  await stop();
  await expect(query(url, "SELECT")).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE" });
  const owner = await ownerProcess(directory);
  process.kill(await postmasterPid(directory), "SIGSTOP");
  await owner.kill();
  const again = await start({ directory });
  expect(await query(again.url, "SELECT count(*)::int FROM kept")).toEqual([{ count: 1 }]);
});

test("a stop in the middle of a recovery is a stop", async () => {
  const directory = await initialisedDirectory();
  const { url, stop } = await start({ directory });
  process.kill(await postmasterPid(directory), "SIGKILL");
  await stop();
  await expect(query(url, "SELECT")).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE" });
});

test("a start that is given up leaves nothing running", async () => {
  const directory = await initialisedDirectory();
  const givenUp = new AbortController();
  const onProgress = () => givenUp.abort(new Error("The start was given up."));
  await expect(start({ directory, onProgress, signal: givenUp.signal })).rejects.toThrow("given up");
  const late = new AbortController();
  const starting = start({ directory, signal: late.signal });
  await eventually(async () => expect(isAlive(await postmasterPid(directory))).toBe(true));
  const pid = await postmasterPid(directory);
  late.abort(new Error("The start was given up."));
  await starting.then(
    ({ stop }) => stop(),
    (error: unknown) => expect(error).toBe(late.signal.reason),
  );
  expect(isAlive(pid)).toBe(false);
  await start({ directory });
});

test("a password that got lost is said so, with its file", async () => {
  const directory = await initialisedDirectory();
  await writeFile(join(directory, "password"), "");
  await expect(startEmbeddedPostgres({ directory })).rejects.toMatchObject({
    code: "DATA_DIRECTORY_INACCESSIBLE",
    message: expect.stringContaining(join(directory, "password")),
  });
});

test("a process that got the id of a lost server neither dies nor stands in the way", async () => {
  const directory = await initialisedDirectory();
  const first = await start({ directory });
  const pidFile = join(directory, "cluster/postmaster.pid");
  const lines = (await readFile(pidFile, "utf8")).split("\n");
  await first.stop();
  const { uid, gid } = await stat(join(directory, "cluster"));
  const innocent = spawn("sleep", ["600"], process.getuid?.() === 0 ? { uid, gid } : {});
  onTestFinished(() => void innocent.kill());
  await writeFile(pidFile, [innocent.pid, ...lines.slice(1)].join("\n"));
  await start({ directory });
  expect(isAlive(innocent.pid ?? 0)).toBe(true);
});

test("when its port is taken in the last moment, it takes another one", async () => {
  const directory = await initialisedDirectory();
  const squatter = createServer().listen(0, "127.0.0.1");
  await once(squatter, "listening");
  onTestFinished(() => void squatter.close());
  const taken = portOf(squatter.address());
  const choosePort = vi.fn<() => Promise<number>>();
  choosePort.mockResolvedValueOnce(taken).mockResolvedValueOnce(taken + 1);
  const { url } = await start({ directory, choosePort });
  expect(await query(url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  expect(choosePort).toHaveBeenCalledTimes(2);
});

// Where a machine's administrator has cloned it: /root is closed to all others.
test.runIf(process.getuid?.() === 0)("root can keep it where nobody else may go", async (context) => {
  await run("unshare", ["--user", "--map-user=1", "true"]).catch(() => context.skip("No user namespaces here."));
  const directory = join(await newDirectory(), "data");
  const first = await start({ directory });
  await query(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
  await first.stop();
  const { url } = await start({ directory });
  expect(await query(url, "SELECT * FROM kept")).toEqual([{ answer: 42 }]);
});

test("the files of another version of PostgreSQL are left alone", async () => {
  const directory = await initialisedDirectory();
  await writeFile(join(directory, "cluster/PG_VERSION"), "17\n");
  await expect(startEmbeddedPostgres({ directory })).rejects.toMatchObject({
    code: "DATA_DIRECTORY_OF_OTHER_VERSION",
    message: expect.stringMatching(/PostgreSQL 17.*PostgreSQL 18/),
  });
});

test("a server that does not start says why, and leaves the directory free", async () => {
  const directory = await initialisedDirectory();
  const first = await start({ directory });
  await first.stop();
  const settings = join(directory, "cluster/postgresql.conf");
  const working = await readFile(settings, "utf8");
  await writeFile(settings, `${working}\nno_such_setting = 1\n`);
  await expect(startEmbeddedPostgres({ directory })).rejects.toMatchObject({
    code: "EMBEDDED_DATABASE_FAILED",
    message: expect.stringContaining("no_such_setting"),
  });
  await writeFile(settings, working);
  await start({ directory });
});

test("an initialisation that was cut short is begun anew", async () => {
  const directory = await newDirectory();
  const owner = forkOwner(directory);
  await eventually(async () => {
    const files = await readdir(directory, { recursive: true });
    expect(files.map((file) => basename(file))).toContain("PG_VERSION");
  });
  await owner.kill();
  const { url } = await start({ directory });
  expect(await query(url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  expect((await readdir(directory)).filter((name) => name.startsWith("initdb-"))).toEqual([]);
});

/** The files of a server that was stopped. Copied, because making them takes a second. */
async function initialisedDirectory(): Promise<string> {
  const directory = await newDirectory();
  await run("cp", ["-a", `${pristine}/.`, directory]);
  return directory;
}

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "tilewright-embedded-"));
  onTestFinished(() => rm(directory, { recursive: true, maxRetries: 10 }));
  return directory;
}

async function start(options: EmbeddedPostgresOptions) {
  const server = await startEmbeddedPostgres(options);
  onTestFinished(() => server.stop());
  return server;
}

/** Runs `embedded-owner.ts` until it says that the database runs, or why it does not. */
async function ownerProcess(directory: string) {
  const { child, kill } = forkOwner(directory);
  const [message] = await once(child, "message");
  return { ...message, kill };
}

function forkOwner(directory: string) {
  const child = fork(join(import.meta.dirname, "embedded-owner.ts"), [directory]);
  const gone = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await gone;
  };
  onTestFinished(kill);
  return { child, kill };
}

async function postmasterPid(directory: string): Promise<number> {
  return Number.parseInt(await readFile(join(directory, "cluster/postmaster.pid"), "utf8"), 10);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function portOf(address: ReturnType<ReturnType<typeof createServer>["address"]>): number {
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}
