import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { clearScratch, scratchOf } from "../src/jobs/scratch.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tilewright-scratch-"));
});
afterEach(() => rm(root, { recursive: true }));

const jobId = "01a20dc6-80be-73d0-aae2-5b2990ab580e";
const dayMs = 24 * 60 * 60 * 1_000;

/** What an attempt leaves when its worker is killed, last written `ageMs` ago. */
async function leave(worker: string, attempt: number, ageMs: number): Promise<void> {
  const folder = scratchOf(join(root, worker), jobId, attempt);
  await mkdir(folder, { recursive: true });
  const file = join(folder, "pyramid.tif");
  await writeFile(file, "half a pyramid");
  const then = new Date(Date.now() - ageMs);
  for (const path of [file, folder]) await utimes(path, then, then);
}

test("a worker finds its own folder empty, however young the files in it", async () => {
  await leave("mine", 1, 0);
  await clearScratch(join(root, "mine"), dayMs);
  expect(await readdir(join(root, "mine"))).toEqual([]);
});

test("what a worker that never came back left goes once it is old enough, attempt by attempt", async () => {
  await leave("gone", 1, 2 * dayMs);
  await leave("at-work", 1, 2 * dayMs);
  await leave("at-work", 2, 0);
  await clearScratch(join(root, "mine"), dayMs);
  expect((await readdir(root)).sort()).toEqual(["at-work", "mine"]);
  expect(await readdir(join(root, "at-work"))).toEqual([`${jobId}-2`]);
});

test("an attempt in an old folder that is being written is not touched", async () => {
  await leave("at-work", 1, 2 * dayMs);
  await writeFile(join(scratchOf(join(root, "at-work"), jobId, 1), "pyramid.tif"), "goes on");
  await clearScratch(join(root, "mine"), dayMs);
  expect(await readdir(join(root, "at-work"))).toEqual([`${jobId}-1`]);
});

test("what is not a worker's stays, whatever its age", async () => {
  await leave("photos", 1, 2 * dayMs);
  await writeFile(join(root, "photos", "holiday.jpg"), "precious");
  await mkdir(join(root, "empty"));
  await writeFile(join(root, "a-file"), "");
  await clearScratch(join(root, "mine"), dayMs);
  expect((await readdir(root)).sort()).toEqual(["a-file", "empty", "mine", "photos"]);
  expect((await readdir(join(root, "photos"))).length).toBe(2);
});
