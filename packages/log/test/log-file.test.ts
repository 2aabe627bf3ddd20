import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LogFile } from "../src/log-file.ts";

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tilewright-log-"));
  path = join(directory, "logs/server.log");
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const linesOf = async (file: string) =>
  (await readFile(file, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { msg: string });

test("makes its folder, and goes on with the file that is there", async () => {
  pino({}, new LogFile(path)).info("first");
  pino({}, new LogFile(path)).info("second");
  expect((await linesOf(path)).map(({ msg }) => msg)).toEqual(["first", "second"]);
});

test("on a full disk, lines are dropped and nobody is disturbed; afterwards the log says how many", async () => {
  const logger = pino({}, new LogFile(path));
  logger.info("before");
  // Takes no byte: ENOSPC.
  await rm(path);
  await symlink("/dev/full", path);
  const full = pino({}, new LogFile(path));
  for (let i = 0; i < 3; i += 1) full.error("not written");
  await rm(path);
  full.info("after");
  expect(await linesOf(path)).toMatchObject([
    { missingLines: 3, why: expect.stringContaining("ENOSPC"), msg: "lines of this log could not be written" },
    { msg: "after" },
  ]);
});

test("a folder that can't be made, and a file that goes away, cost only lines", async () => {
  await writeFile(join(directory, "logs"), "a file in its place");
  const logger = pino({}, new LogFile(path));
  logger.info("not written");
  await rm(join(directory, "logs"));
  logger.info("written");
  expect((await linesOf(path)).map(({ msg }) => msg)).toEqual(["lines of this log could not be written", "written"]);
});

test("keeps twice its bound at most, in whole lines, though two write at once", async () => {
  const mostBytes = 2_000;
  const loggers = [1, 2].map(() => pino({}, new LogFile(path, { mostBytes })));
  for (let i = 0; i < 200; i += 1) for (const logger of loggers) logger.info({ i }, "a line");
  expect((await readdir(join(directory, "logs"))).sort()).toEqual(["server.log", "server.log.previous"]);
  for (const file of [path, `${path}.previous`]) {
    expect((await stat(file)).size).toBeLessThan(mostBytes + 400);
    await linesOf(file);
  }
  expect((await linesOf(path)).at(-1)).toMatchObject({ i: 199 });
});
