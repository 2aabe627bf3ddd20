import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadSecrets } from "../src/secrets.ts";

async function newPath() {
  const directory = await mkdtemp(join(tmpdir(), "tilewright-secrets-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return { directory, path: join(directory, "secrets.json") };
}

test("all servers that start at the same time get the same secrets, which nobody else can read", async () => {
  const { directory, path } = await newPath();
  const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => loadSecrets(path)));
  expect(new Set(others.map((each) => JSON.stringify(each)))).toEqual(new Set([JSON.stringify(first)]));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(directory)).toEqual(["secrets.json"]);
});

const whole = { workerToken: "a".repeat(43), signingSecret: "b".repeat(43) };
const damages: [string, string][] = [
  ["empty", ""],
  ["cut short", JSON.stringify(whole).slice(0, 40)],
  ["not JSON", "workerToken=abc"],
  ["null", "null"],
  ["with an empty secret", JSON.stringify({ ...whole, signingSecret: "" })],
  ["with a short secret", JSON.stringify({ ...whole, workerToken: "abc" })],
  ["without one of them", JSON.stringify({ workerToken: whole.workerToken })],
];
test.each(damages)("a file that is %s is said so by its name, and left as it is", async (_, text) => {
  const { path } = await newPath();
  await writeFile(path, text);
  await expect(loadSecrets(path)).rejects.toThrow(`The secrets in ${path} are damaged.`);
  expect(await readFile(path, "utf8")).toBe(text);
});
