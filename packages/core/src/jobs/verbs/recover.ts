import { domainNames } from "../../domains.ts";
import type { Ports } from "../../ports.ts";
import type { CommonFailureCode } from "../failure.ts";
import type { TransitionCause } from "../job.ts";
import type { Jobs } from "../ports.ts";

/**
 * Takes jobs of all domains back from workers that fell silent: in line again at once, or FAILED when no attempt is
 * left.
 *
 * @returns how many jobs were taken back.
 */
export const releaseExpired = (ports: Pick<Ports, "jobs">): Promise<number> => sumOf(ports, releaseExpiredJobs);

/**
 * Makes the queues agree with the rows again, whatever came between them: a PENDING job gets its message back, and a
 * message without a PENDING job goes.
 *
 * @returns how many differences were found. Anything but 0 is a fault of somebody's.
 */
export const reconcileQueues = (ports: Pick<Ports, "jobs">): Promise<number> =>
  sumOf(ports, (jobs) => jobs.reconcileQueue(100));

/** `releaseExpired` for one domain. */
export async function releaseExpiredJobs(jobs: Pick<Jobs, "findExpired" | "release" | "fail">): Promise<number> {
  const expired = await jobs.findExpired(100);
  const released = await Promise.all(
    expired.map(({ jobId, attempt, maxAttempts }) => {
      const why = {
        jobId,
        attempt,
        cause: "LEASE_EXPIRED" satisfies TransitionCause,
        code: "WORKER_LOST" satisfies CommonFailureCode,
        reason: "The worker stopped answering.",
        onlyIfExpired: true,
      } as const;
      return attempt < maxAttempts
        ? jobs.release({ ...why, delayMs: 0 })
        : jobs.fail({ ...why, reason: `The worker stopped answering, ${attempt} times in all.` });
    }),
  );
  return released.filter((job) => job !== null).length;
}

async function sumOf({ jobs }: Pick<Ports, "jobs">, count: (each: Jobs) => Promise<number>): Promise<number> {
  const counts = await Promise.all(domainNames.map((domain) => count(jobs[domain])));
  return counts.reduce((sum, each) => sum + each, 0);
}
