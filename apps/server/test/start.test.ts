import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestDatabase } from "@tilewright/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const programs = Object.fromEntries(
  ["main", "doctor/main", "audit/main", "invariants/main"].map((name) => [
    name,
    fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url)),
  ]),
);

let directory: string;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  [directory, database] = await Promise.all([mkdtemp(join(tmpdir(), "tilewright-start-")), createTestDatabase()]);
  await writeFile(join(directory, "file"), "");
});
afterAll(async () => {
  await database.drop();
  await rm(directory, { recursive: true });
});

/** What a program that can't start says, and how it ends. */
async function run(program: string, settings: Record<string, string>, ...args: string[]) {
  const { PATH = "", HOME = "" } = process.env;
  const defaults = { DATA_DIRECTORY: join(directory, "data"), DATABASE_URL: database.url, WORKERS: "0", PORT: "0" };
  const env = { PATH, HOME, ...defaults, ...settings };
  return new Promise<{ code: unknown; said: string }>((settle) => {
    execFile(process.execPath, [programs[program] ?? "", ...args], { env, timeout: 60_000 }, (error, stdout, stderr) =>
      settle({ code: error?.code, said: stdout + stderr }),
    );
  });
}

const troubles: [what: string, settings: () => Record<string, string>, sentence: RegExp][] = [
  [
    "a data directory within a file",
    () => ({ DATA_DIRECTORY: join(directory, "file/data") }),
    /is a file\. Set DATA_DIR/,
  ],
  [
    "a data directory that is a file",
    () => ({ DATA_DIRECTORY: join(directory, "file") }),
    /is a file|file of that name/,
  ],
  ["a store within a file", () => ({ STORAGE_URL: `file://${directory}/file/store` }), /is a file\. Set DATA_DIR/],
  ["an address of another machine", () => ({ HOST: "192.0.2.1", ALLOW_ANONYMOUS: "1" }), /no address 192\.0\.2\.1/],
  ["an address for everybody", () => ({ HOST: "0.0.0.0" }), /ALLOW_ANONYMOUS/],
  ["a database that does not answer", () => ({ DATABASE_URL: "postgres://a:b@127.0.0.1:1/c" }), /Can't connect/],
];
test.each(troubles)("%s is said in a sentence", async (_, settings, sentence) => {
  const { code, said } = await run("main", settings());
  expect(code).toBe(1);
  expect(said).toMatch(sentence);
  expect(said).not.toMatch(/^\s+at |node:internal/m);
});

test("a port that is taken is named, with what to do", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" ? String(address?.port) : "";
  const { code, said } = await run("main", { PORT: port });
  other.close();
  expect(code).toBe(1);
  expect(said).toContain(`Another program listens on 127.0.0.1:${port}. Stop it, or set PORT`);
});

test("damaged secrets are never replaced by none", async () => {
  const damaged = join(directory, "damaged");
  await mkdir(damaged);
  await writeFile(join(damaged, "secrets.json"), "");
  const { code, said } = await run("main", { DATA_DIRECTORY: damaged });
  expect(code).toBe(1);
  expect(said).toContain(join(damaged, "secrets.json"));
});

const commands: [program: string, settings: Record<string, string>, args: string[]][] = [
  ["audit/main", { DATABASE_URL: "postgres://a:b@127.0.0.1:1/c" }, []],
  ["audit/main", {}, ["--no-such-option"]],
  ["invariants/main", { DATABASE_URL: "" }, []],
  ["doctor/main", { STORAGE_URL: "ftp://a/b" }, []],
  ["doctor/main", { PORT: "eighty" }, []],
];
test.each(commands)("%s with %j %j ends in a sentence", async (program, settings, args) => {
  const { code, said } = await run(program, settings, ...args);
  expect(code).toBe(1);
  expect(said.trim()).not.toBe("");
  expect(said).not.toMatch(/^\s+at |node:internal/m);
});
