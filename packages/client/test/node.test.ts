import { mkdtemp, open, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fileSource } from "../src/node.ts";

const GiB = 2 ** 30;
const marks = [0, 2 * GiB - 3, 4 * GiB + 7, 6 * GiB - 20];

let directory: string;
let path: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tilewright-source-"));
  path = join(directory, "slide.svs");
  // Sparse: it takes no room on the disk.
  const file = await open(path, "w");
  await file.truncate(6 * GiB);
  for (const at of marks) await file.write(`mark ${at}`.padEnd(20), at);
  await file.close();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("a file of more than 4 GiB is read in full, wherever a part lies", async () => {
  const source = await fileSource(path);
  expect(source).toMatchObject({ name: "slide.svs", size: 6 * GiB });
  for (const at of marks) {
    const part = await source.slice(at, at + 20);
    expect((await part.text()).trim()).toBe(`mark ${at}`);
  }
});

test("a file that becomes shorter is not sent with a hole at its end", async () => {
  const source = await fileSource(path);
  await truncate(path, 100);
  await expect((async () => source.slice(90, 110))()).rejects.toThrow("became shorter");
});
