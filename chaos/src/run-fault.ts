import type { Fault } from "./fault.ts";
import { apiKill } from "./faults/api-kill.ts";
import { databaseCrash } from "./faults/database-crash.ts";
import { workerKill } from "./faults/worker-kill.ts";
import { zombie } from "./faults/zombie.ts";
import type { Outcome } from "./outcome.ts";
import { Random } from "./random.ts";
import { judge } from "./stage/judge.ts";
import { Stage, type StageOptions } from "./stage/stage.ts";

const stalledMs = 180_000;

/** One fault on a stage of its own, from the first process to the last. */
export function runFault(fault: Fault, times: number, seed: number, budgetMs: number): Promise<Outcome> {
  return runOn(fault.stage, seed, [{ fault, times, budgetMs }]);
}

/** A few of each of the worst faults, one after the other on one small stage: about a minute. */
export function runShort(seed: number): Promise<Outcome> {
  const budgetMs = 120_000;
  return runOn({ apis: 1, workers: 4 }, seed, [
    { fault: apiKill, times: 2, budgetMs },
    { fault: workerKill, times: 2, budgetMs },
    { fault: zombie, times: 1, budgetMs },
    { fault: databaseCrash, times: 1, budgetMs },
  ]);
}

interface Harm {
  readonly fault: Fault;
  readonly times: number;
  readonly budgetMs: number;
}

async function runOn(options: StageOptions, seed: number, harms: readonly Harm[]): Promise<Outcome> {
  const startedMs = performance.now();
  const stage = await Stage.open(options);
  const random = new Random(seed);
  try {
    for (const { fault, times, budgetMs } of harms) {
      stage.aimAt(times, budgetMs);
      await fault.inject(stage, times, random);
    }
    const outcome = await judge(stage, stalledMs);
    return { seed, ...outcome, seconds: Math.round((performance.now() - startedMs) / 1_000) };
  } finally {
    await stage.close();
  }
}
