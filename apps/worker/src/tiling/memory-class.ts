import { PyramidError, type PyramidLimits } from "@tilewright/pyramid";
import { acquireMachineLock } from "../jobs/machine-lock.ts";
import type { TilingAttempt } from "./attempt.ts";

/**
 * Works within the ordinary limit of memory. An image whose header says that it needs more is worked on within the
 * large one, if that is enough, and waits until no other of its kind is under way on this machine.
 *
 * @throws PyramidError NEEDS_MORE_MEMORY it needs more than that. @throws whatever `work` throws, or the signal's
 * reason.
 */
export async function withinMemory<T>(
  { limits, largeMemoryBytes, signal }: Pick<TilingAttempt, "limits" | "largeMemoryBytes" | "signal">,
  work: (limits: PyramidLimits) => Promise<T>,
): Promise<T> {
  const large = { ...limits, memoryBytes: largeMemoryBytes };
  try {
    return await work(limits);
  } catch (error) {
    const neededBytes = error instanceof PyramidError ? error.neededBytes : null;
    if (neededBytes === null || largeMemoryBytes <= limits.memoryBytes) throw error;
    // Refused again, with the limit in its sentence that counts.
    if (neededBytes > largeMemoryBytes) return work(large);
  }
  const release = await acquireMachineLock("large images", signal);
  try {
    return await work(large);
  } finally {
    release();
  }
}
