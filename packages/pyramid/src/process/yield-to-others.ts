import { readdir } from "node:fs/promises";
import { constants, getPriority, setPriority } from "node:os";

/** A third of the processor time of this process, where both want it. */
const yieldedNiceness = 5;

/**
 * On a machine that is too busy, those who answer and keep leases go first, and process `pid` after them. To Linux,
 * priority is a thread's; what a thread starts later inherits it. Where it may not be changed, all stay equal.
 */
export async function yieldToOthers(pid: number): Promise<void> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [String(pid)]);
  const niceness = Math.min(getPriority() + yieldedNiceness, constants.priority.PRIORITY_LOW);
  for (const thread of threads) {
    try {
      setPriority(Number(thread), niceness);
    } catch {
      // It has ended, or the system does not allow it.
    }
  }
}
