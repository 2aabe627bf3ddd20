import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";
import { picture } from "../stage/pictures.ts";
import { signal } from "../stage/program.ts";
import type { Stage } from "../stage/stage.ts";
import type { Claim } from "../stage/watcher.ts";

/** Who supervises a worker starts it anew after this. */
const restartAfterMs = 1_000;
/** A decoder notices that its worker is gone once it has started, which takes seconds on a busy machine. */
const orphansEndWithinMs = 15_000;
/** A job that has been killed twice gets its last attempt in peace: a third death would end it, and rightly. */
const mostDeaths = 2;

export const workerKill: Fault = {
  title: "worker killed (SIGKILL) at random progress",
  times: 200,
  stage: { apis: 1, workers: 8 },
  async inject(stage, _times, random) {
    const kills: Promise<void>[] = [];
    const stopLooking = stage.watcher.onClaim((claim) => {
      if (!stage.hasEnough && claim.attempt <= mostDeaths)
        kills.push(killLater(stage, claim, random.between(0, 4_000)));
    });
    await stage.keepBusy(await picture("medium"), 5, () => stage.hasEnough);
    stopLooking();
    await Promise.all(kills);
  },
};

/** Kills the worker of an attempt, if it is still at work by then, and starts it anew. */
export async function killLater(stage: Stage, claim: Claim, afterMs: number): Promise<void> {
  await delay(afterMs);
  if (!stage.watcher.holds(claim)) return;
  const worker = stage.workerOf(claim);
  const decoders = await worker.decoders();
  stage.injected += 1;
  stage.interrupted(claim);
  await worker.kill();
  await delay(restartAfterMs);
  worker.start();
  for (const pid of decoders) if (await outlives(pid)) stage.violations.push(`The decoder ${pid} outlived its worker.`);
}

/** Whether a decoder goes on for too long; if so, it is ended. */
async function outlives(pid: number): Promise<boolean> {
  const untilMs = performance.now() + orphansEndWithinMs;
  while (await isDecoder(pid)) {
    await delay(200);
    if (performance.now() < untilMs) continue;
    signal(pid, "SIGKILL");
    return true;
  }
  return false;
}

/** The id alone may have come to belong to somebody else. */
async function isDecoder(pid: number): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return command.includes("pyramid/src/child/child");
}
