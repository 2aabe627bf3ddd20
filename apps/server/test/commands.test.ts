import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestDatabase } from "@tilewright/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let directory: string;
let databaseUrl: string;
let drop: () => Promise<void>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tilewright-commands-"));
  const database = await createTestDatabase();
  ({ url: databaseUrl, drop } = database);
});
afterAll(async () => {
  await drop();
  await rm(directory, { recursive: true, force: true });
});

/** Runs a program of this package for operators. */
function command(name: string, args: string[], url = databaseUrl): Promise<{ code: number; said: string }> {
  const program = fileURLToPath(new URL(`../src/${name}/main.ts`, import.meta.url));
  const env = { DATA_DIRECTORY: directory, DATABASE_URL: url };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, said: stdout + stderr });
    });
  });
}

test.each([
  ["invariants", "--sample", "a half"],
  ["invariants", "--sample", "2"],
  ["invariants", "--recovery-ms", "15s"],
  ["invariants", "--recovery-ms", ""],
  ["audit", "--most-bytes", "1GB"],
  ["audit", "--most-bytes", "-1"],
])("%s %s %j checks nothing, and does not say that all is well", async (name, option, value) => {
  expect(await command(name, [`${option}=${value}`])).toMatchObject({
    code: 1,
    said: expect.stringContaining(`${option} takes a number from 0 to`),
  });
});

test("numbers that are some are taken", async () => {
  expect(await command("invariants", ["--sample", "0.5", "--recovery-ms", "1e4"])).toMatchObject({ code: 0 });
});

describe("a database that is another's", () => {
  test.each(["invariants", "audit"])("is told by %s in a sentence", async (name) => {
    const other = Object.assign(new URL(databaseUrl), { pathname: "/postgres" }).href;
    const { code, said } = await command(name, [], other);
    expect(code).toBe(1);
    expect(said).toMatch(/no tables of this version's\. See whether DATABASE_URL/);
    expect(said).not.toMatch(/prisma|Invalid/);
  });
});
