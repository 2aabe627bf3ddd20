import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { TilingFailureCode } from "@tilewright/core/tiling";
import { isAtWork } from "@tilewright/e2e/decoder-at-work";
import type { Fault } from "../fault.ts";
import { type Picture, picture } from "../stage/pictures.ts";
import { signal } from "../stage/program.ts";
import type { Stage } from "../stage/stage.ts";
import type { Claim } from "../stage/watcher.ts";

/** What a decoder of such an image comes to, at every attempt. */
const kinds = [
  { name: "half a JPEG", end: "CORRUPT_IMAGE", signals: [] },
  { name: "no image", end: "UNSUPPORTED_FORMAT", signals: [] },
  { name: "decoder crashes", end: "INTERNAL", signals: ["SIGSEGV"] },
  { name: "decoder hangs", end: "TIMED_OUT", signals: ["SIGSTOP"] },
  { name: "decoder is ended for want of memory", end: "OUT_OF_MEMORY", signals: ["SIGKILL"] },
  { name: "memory runs out", end: "OUT_OF_MEMORY", signals: [] },
] as const satisfies { name: string; end: TilingFailureCode; signals: NodeJS.Signals[] }[];

type Kind = (typeof kinds)[number];

const mostAttempts = 3;
/** Two workers that claim within this time do so at once. */
const atOnceMs = 250;

/** Images that are the end of whoever reads them, among healthy ones. */
export const poison: Fault = {
  title: "poison image: decoder fails, hangs, crashes or runs out of memory",
  times: 24,
  stage: { apis: 1, workers: 0 },
  async inject(stage, times) {
    const memoryBytes = String(110 * 2 ** 20);
    const environment = { TIMEOUT_MS: "8000", MEMORY_BYTES: memoryBytes, LARGE_MEMORY_BYTES: memoryBytes };
    for (let index = 0; index < 3; index += 1) stage.addWorker({ environment });
    const healthy = await picture("small");
    const poisoned = new Map<string, Kind>();
    stage.watcher.onClaim((claim) => void hit(stage, claim, poisoned.get(claim.jobId)));
    for (let index = 0; index < times; index += 1) {
      const kind = kinds[index % kinds.length] as Kind;
      const { jobId } = await stage.submit(await pictureOf(stage, kind), { end: kind.end });
      poisoned.set(jobId, kind);
      stage.injected += 1;
      await stage.submit(healthy);
      await stage.watcher.until(() => stage.watcher.activeCount < 6, 120_000);
    }
    await stage.watcher.until(() => stage.watcher.activeCount === 0, 300_000);
    await expectCalm(stage, poisoned);
  },
};

/** Sends its signal to every decoder that works on the image; others wait beside it for the next one. */
async function hit(stage: Stage, claim: Claim, kind: Kind | undefined): Promise<void> {
  const [name] = kind?.signals ?? [];
  if (!name) return;
  const worker = stage.workerOf(claim);
  while (stage.watcher.holds(claim)) {
    for (const pid of await worker.decoders()) if (isAtWork(pid)) signal(pid, name);
    await delay(5);
  }
}

async function pictureOf(stage: Stage, { name }: Kind): Promise<Picture> {
  const path = join(stage.directory, `${name.replaceAll(" ", "-")}.jpg`);
  const medium = await picture("medium");
  if (name === "no image") await writeFile(path, "Dear sir or madam, ".repeat(500));
  else if (name === "half a JPEG") {
    const bytes = await readFile(medium.path);
    await writeFile(path, bytes.subarray(0, Math.floor(bytes.length / 2)));
  } else return picture(name === "memory runs out" ? "wide" : "medium");
  return { name, path };
}

/**
 * A poison image ends after three attempts at most, and a healthy one beside it after one; nor does a healthy one wait
 * for another try of an image that failed only after it had come.
 */
async function expectCalm({ database, violations, workers }: Stage, poisoned: Map<string, Kind>): Promise<void> {
  const jobs = await database.prisma.tilingJob.findMany({ include: { events: { orderBy: { id: "asc" } } } });
  const healthy = jobs.filter(({ id }) => !poisoned.has(id));
  for (const { id, attempt, status, events } of jobs) {
    const allowed = poisoned.has(id) ? mostAttempts : 1;
    if (attempt > allowed) violations.push(`Job ${id} took ${attempt} attempts to be ${status}.`);
    for (const [failed, tried] of pairsOf(events)) {
      if (failed.to !== "PENDING" || tried.to !== "IN_PROGRESS" || failed.from === null) continue;
      const delayed = healthy.filter(
        ({ createdAt, startedAt }) =>
          createdAt < failed.at && startedAt && startedAt.getTime() > tried.at.getTime() + atOnceMs,
      );
      if (delayed.length > 0) violations.push(`${delayed.length} healthy jobs waited for another try of job ${id}.`);
    }
  }
  if (workers.some(({ isUp }) => !isUp)) violations.push("A poison image ended a worker.");
}

const pairsOf = <T>(all: readonly T[]): [T, T][] => all.slice(1).map((next, index) => [all[index] as T, next]);
