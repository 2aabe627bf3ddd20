import { mkdtemp, readdir, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DiskObjectStore } from "../src/index.ts";

let directory: string;
let store: DiskObjectStore;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tilewright-open-files-"));
  store = await DiskObjectStore.open({ directory, signingSecret: "a secret of this test" });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const read = async (key: string) => Buffer.from(await store.read(key, { start: 0, end: 5 })).toString();

test("a file that has been read is replaced and deleted like any other", async () => {
  await store.put("images/a/x", Buffer.from("first"));
  expect(await read("images/a/x")).toBe("first");
  await store.put("images/a/x", Buffer.from("other"));
  expect(await read("images/a/x")).toBe("other");
  await store.deleteMany(["images/a/x"]);
  await expect(read("images/a/x")).rejects.toMatchObject({ code: "OBJECT_NOT_FOUND" });
});

test("many files read at once, over and over, all come back, and few of them stay open", async () => {
  const keys = Array.from({ length: 200 }, (_, i) => `images/many/${i}`);
  for (const [i, key] of keys.entries()) await store.put(key, Buffer.from(String(10_000 + i)));
  const everyKeyThrice = [...keys, ...keys.toReversed(), ...keys];
  const contents = await Promise.all(everyKeyThrice.map(read));
  expect(
    contents.map((content, i) => content === String(10_000 + Number(everyKeyThrice[i]?.split("/")[2]))),
  ).not.toContain(false);
  if (process.platform === "linux") expect((await openFilesBelow(directory)).length).toBeLessThanOrEqual(64);
});

async function openFilesBelow(folder: string): Promise<string[]> {
  const descriptors = await readdir("/proc/self/fd");
  const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")));
  return targets.filter((target) => target.startsWith(folder));
}
