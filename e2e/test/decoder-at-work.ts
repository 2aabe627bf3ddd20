import { getPriority } from "node:os";

/** Whether a decoder has read a header, and made way for the others since; further ones wait for a task beside it. */
export function isAtWork(pid: number): boolean {
  try {
    return getPriority(pid) > getPriority();
  } catch {
    // Gone in between.
    return false;
  }
}
