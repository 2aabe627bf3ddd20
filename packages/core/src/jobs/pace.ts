import { isTerminal, type JobStatus } from "./status.ts";

/**
 * Milliseconds after which a watcher should ask again; `null` when the answer will never change. Brisk while things
 * move, slower the longer nothing did, spread by up to a tenth so that watchers do not march in step.
 *
 * @param unchangedMs time since the job last changed visibly.
 * @param random uniform in [0, 1).
 * @param lagMs how late the server is with whatever it does: the later, the less it is asked.
 */
export function pollAfterMs(status: JobStatus, unchangedMs: number, random: number, lagMs = 0): number | null {
  if (isTerminal(status)) return null;
  const slowestMs = status === "PENDING" ? 10_000 : 3_000;
  const paceMs = Math.min(slowestMs, Math.max(1_000, unchangedMs / 10));
  const slowdown = Math.min(mostSlowdown, Math.max(1, lagMs / tolerableLagMs));
  return Math.round(paceMs * slowdown * (1 + 0.1 * random));
}

const tolerableLagMs = 20;
const mostSlowdown = 10;
