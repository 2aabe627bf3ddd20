import { setTimeout as delay } from "node:timers/promises";
import { refusalOf } from "@tilewright/client";
import { jobDomains } from "@tilewright/core";
import { resultKey } from "@tilewright/core/storage";
import type { Fault } from "../fault.ts";
import type { Random } from "../random.ts";
import { picture } from "../stage/pictures.ts";
import { signal } from "../stage/program.ts";
import type { Stage } from "../stage/stage.ts";
import type { Claim } from "../stage/watcher.ts";

const mostFreezes = 2;

/** A worker stops in the middle of a job, and wakes when another has it. */
export const zombie: Fault = {
  title: "worker frozen (SIGSTOP) past its lease, woken once another had its job",
  times: 100,
  stage: { apis: 1, workers: 12 },
  async inject(stage, times, random) {
    const freezes: Promise<void>[] = [];
    let begun = 0;
    const stopLooking = stage.watcher.onClaim((claim) => {
      if (begun >= times || claim.attempt > mostFreezes) return;
      begun += 1;
      freezes.push(
        freezeLater(stage, claim, random).then((wasAtWork) => {
          if (!wasAtWork) begun -= 1;
        }),
      );
    });
    await stage.keepBusy(await picture("medium"), 6, () => stage.hasEnough);
    stopLooking();
    await Promise.all(freezes);
  },
};

async function freezeLater(stage: Stage, claim: Claim, random: Random): Promise<boolean> {
  await delay(random.between(0, 3_000));
  if (!stage.watcher.holds(claim)) return false;
  const worker = stage.workerOf(claim);
  worker.freeze();
  // Its decoder may go on without it, or stand still as well.
  const decoders = random.chance(0.5) ? await worker.decoders() : [];
  for (const pid of decoders) signal(pid, "SIGSTOP");
  stage.injected += 1;
  stage.interrupted(claim);
  const isReplaced = await stage.watcher.until(() => stage.watcher.hasMovedOn(claim), 60_000);
  if (!isReplaced) stage.violations.push(`I6  job ${claim.jobId}  Nobody took it from a frozen worker.`);
  await delay(random.between(0, 1_500));
  worker.wake();
  for (const pid of decoders) signal(pid, "SIGCONT");
  await speakAsZombie(stage, claim);
  return true;
}

/** What the woken worker might still say, said for it at the same time: each call has to be refused. */
async function speakAsZombie(stage: Stage, claim: Claim): Promise<void> {
  const job = (await stage.jobOf("tiling", claim)) ?? (await stage.jobOf("analysis", claim));
  if (!job) throw new Error(`Nobody knows the job ${claim.jobId}.`);
  if (job.attempt === claim.attempt && job.status === "COMPLETED") return;
  const said = job.domain === "tiling" ? tilingWords(stage, claim, job.imageId) : analysisWords(stage, claim);
  for (const call of await Promise.allSettled(said)) {
    if (call.status === "fulfilled") stage.staleWrites += 1;
    else if (!refusalOf(call.reason)) stage.violations.push(`A zombie was not refused, but met: ${call.reason}`);
  }
}

function tilingWords(stage: Stage, { jobId, attempt }: Claim, imageId: string): Promise<unknown>[] {
  const { tiling } = stage.api(0).worker;
  const metadataPath = resultKey(jobDomains.tiling, { imageId, jobId, attempt });
  const pyramid = {
    widthPx: 1,
    heightPx: 1,
    levelCount: 1,
    tileSizePx: 1,
    tileFormat: "jpeg",
    tileCount: 1,
    sizeBytes: 1,
  } as const;
  return [
    tiling.heartbeat.mutate({ jobId, attempt, stage: "PUBLISHING", tilesDone: 1e6, tilesTotal: 1e6 }),
    tiling.markComplete.mutate({ jobId, attempt, metadataPath, pyramid }),
    tiling.markFailed.mutate({ jobId, attempt, code: "CORRUPT_IMAGE", reason: "Says a zombie." }),
    tiling.handBack.mutate({ jobId, attempt }),
  ];
}

function analysisWords(stage: Stage, { jobId, attempt }: Claim): Promise<unknown>[] {
  const { analysis } = stage.api(0).worker;
  const held = { jobId, attempt };
  const verdict = { level: "good", text: "Says a zombie" } as const;
  const program = { name: "a zombie", version: "1", sha256: null };
  return [
    analysis.heartbeat.mutate({ ...held, stage: "PUBLISHING", stageFraction: 1 }),
    analysis.openOutputs.mutate({ ...held, files: [{ name: "zombie.json", sizeBytes: 1 }] }),
    analysis.markComplete.mutate({ ...held, program, summary: { verdict, numbers: [] }, fields: [], layers: [] }),
    analysis.markFailed.mutate({ ...held, code: "UNSUITABLE_IMAGE", reason: "Says a zombie." }),
    analysis.handBack.mutate(held),
  ];
}
