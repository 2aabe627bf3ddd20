import type { Ports } from "../../ports.ts";

/**
 * Takes jobs back from workers that fell silent: in line again at once, or FAILED when no attempt is left.
 *
 * @returns how many jobs were taken back.
 */
export async function releaseExpiredTilings(ports: Ports): Promise<number> {
  const expired = await ports.tilingJobs.findExpired(100);
  const released = await Promise.all(
    expired.map(({ jobId, attempt, maxAttempts }) => {
      const why = {
        jobId,
        attempt,
        cause: "LEASE_EXPIRED",
        code: "WORKER_LOST",
        reason: "The worker stopped answering.",
        onlyIfExpired: true,
      } as const;
      return attempt < maxAttempts
        ? ports.tilingJobs.release({ ...why, delayMs: 0 })
        : ports.tilingJobs.fail({ ...why, reason: `The worker stopped answering, ${attempt} times in all.` });
    }),
  );
  return released.filter((job) => job !== null).length;
}

/**
 * Makes the queue agree with the rows again, whatever came between them: a PENDING job gets its message back, and a
 * message without a PENDING job goes.
 *
 * @returns how many differences were found. Anything but 0 is a fault of somebody's.
 */
export const reconcileQueue = (ports: Ports): Promise<number> => ports.tilingJobs.reconcileQueue(100);
