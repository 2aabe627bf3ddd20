import { readdir } from "node:fs/promises";
import { setPriority } from "node:os";

/** A third of the processor time of a process of normal priority, where both want it. */
const niceness = 5;

/**
 * On a machine that is too busy, those who answer and keep leases go first, and process `pid` after them. To Linux,
 * priority is a thread's; what a thread starts later inherits it. Where it may not be changed, all stay equal.
 */
export async function yieldToOthers(pid: number): Promise<void> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [String(pid)]);
  for (const thread of threads) {
    try {
      setPriority(Number(thread), niceness);
    } catch {
      // It has ended, or the system does not allow it.
    }
  }
}
