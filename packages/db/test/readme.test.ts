import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

test("the example in the README runs", async () => {
  const readme = await readFile(join(import.meta.dirname, "../README.md"), "utf8");
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const code = example.replace('"@tilewright/db"', JSON.stringify(join(import.meta.dirname, "../src/index.ts")));
  const cwd = await mkdtemp(join(tmpdir(), "tilewright-readme-"));
  onTestFinished(() => rm(cwd, { recursive: true }));
  const args = ["--input-type=module-typescript", "--eval", code];
  expect(await promisify(execFile)(process.execPath, args, { cwd })).toEqual({ stdout: "", stderr: "" });
});
