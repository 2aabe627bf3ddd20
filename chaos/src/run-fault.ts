import type { Fault } from "./fault.ts";
import type { Outcome } from "./outcome.ts";
import { Random } from "./random.ts";
import { judge } from "./stage/judge.ts";
import { Stage } from "./stage/stage.ts";

const stalledMs = 180_000;
/** Together with the time to settle, less than a quarter of an hour. */
const usualBudgetMs = 600_000;

/** One fault on a stage of its own, from the first process to the last. */
export async function runFault(fault: Fault, times: number, seed: number, budgetMs = usualBudgetMs): Promise<Outcome> {
  const startedMs = performance.now();
  const stage = await Stage.open(fault.stage, times, budgetMs);
  try {
    await fault.inject(stage, times, new Random(seed));
    const outcome = await judge(stage, stalledMs);
    return { seed, ...outcome, seconds: Math.round((performance.now() - startedMs) / 1_000) };
  } finally {
    await stage.close();
  }
}
