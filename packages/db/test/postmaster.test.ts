import { pbkdf2 } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startPostmaster } from "../src/embedded/postmaster.ts";

test("a server that ends before its starter looks again is not waited for", async () => {
  const account = { launcher: [], ids: {} };
  // Read as the server is started: what the starter does next then takes far longer than this server lives.
  Object.defineProperty(account, "ids", { get: occupyThreads });
  await expect(startPostmaster(await program("/bin/false", account), 1)).rejects.toMatchObject({
    code: "EMBEDDED_DATABASE_FAILED",
    message: expect.stringContaining("did not start"),
  });
});

test("a program that can't be run is said so, and does not end the process", async () => {
  const starting = startPostmaster(await program("/bin/true", { launcher: ["/no/such/program"], ids: {} }), 1);
  await expect(starting).rejects.toMatchObject({
    code: "EMBEDDED_DATABASE_FAILED",
    message: expect.stringContaining("could not be started: spawn /no/such/program ENOENT"),
  });
});

async function program(postgres: string, account: { launcher: string[]; ids: Record<string, never> }) {
  const directory = await mkdtemp(join(tmpdir(), "tilewright-postmaster-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return { postgres, account, cluster: directory, logPath: join(directory, "postgres.log") };
}

/** Keeps the threads busy that Node closes files in. */
function occupyThreads(): Record<string, never> {
  for (let thread = 0; thread < 8; thread++) pbkdf2("secret", "salt", 1_000_000, 32, "sha512", () => {});
  return {};
}
