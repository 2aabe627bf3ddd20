import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { freePort } from "./free-port.ts";
import { npmRun } from "./npm-run.ts";
import { descendants, stillRunning } from "./process-tree.ts";

let dataDirectory: string;
beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "tilewright-endings-"));
});
afterAll(() => rm(dataDirectory, { recursive: true, force: true, maxRetries: 10 }));

/** Resolves at a line of what it says. */
async function npmStart(until: string): Promise<ChildProcess> {
  const run = npmRun(["start"], { PORT: String(await freePort()), DATA_DIRECTORY: dataDirectory });
  await run.says(until);
  return run.process;
}

const find = (npm: ChildProcess, what: string): number =>
  descendants(npm.pid ?? 0).find(({ command }) => command.includes(what))?.pid ?? 0;

/** Whom somebody ends, and how. A negative number is a process group, which is what a terminal signals. */
const endings: [who: string, signal: NodeJS.Signals, target: (npm: ChildProcess) => number][] = [
  ["npm", "SIGTERM", (npm) => npm.pid ?? 0],
  ["npm", "SIGINT", (npm) => npm.pid ?? 0],
  ["npm", "SIGKILL", (npm) => npm.pid ?? 0],
  ["all of it, by a terminal that is closed,", "SIGHUP", (npm) => -(npm.pid ?? 0)],
  ["the starting script", "SIGKILL", (npm) => find(npm, "bin/node scripts/start.mjs")],
  ["the server", "SIGKILL", (npm) => find(npm, "apps/server/src/main.ts")],
];

// Each start is on the same data: whatever the one before had left running would stand in its way.
test.runIf(process.platform === "linux").each(endings)(
  "when %s gets %s, everything ends",
  async (_, signal, target) => {
    const npm = await npmStart("Tilewright is ready");
    await vi.waitFor(() => expect(find(npm, "apps/worker/src/main.ts")).toBeGreaterThan(0), { timeout: 90_000 });
    const all = descendants(npm.pid ?? 0);
    expect(all.filter(({ command }) => command.includes("postgres"))).not.toEqual([]);
    process.kill(target(npm), signal);
    await vi.waitFor(() => expect(stillRunning(all).map(({ command }) => command)).toEqual([]), {
      timeout: 60_000,
      interval: 200,
    });
  },
);

test.runIf(process.platform === "linux")("Ctrl-C during the start ends what has been started by then", async () => {
  const npm = await npmStart("Starting the database");
  await vi.waitFor(() => expect(find(npm, "postgres")).toBeGreaterThan(0), { timeout: 90_000, interval: 5 });
  const all = descendants(npm.pid ?? 0);
  const ended = once(npm, "exit");
  process.kill(-(npm.pid ?? 0), "SIGINT");
  await ended;
  await vi.waitFor(() => expect(stillRunning(all).map(({ command }) => command)).toEqual([]), {
    timeout: 60_000,
    interval: 200,
  });
});
