import { TilewrightError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import { attemptPrefix } from "../../storage/keys.ts";
import type { Domain } from "../domain.ts";
import { type CommonFailureCode, retryBackoffMs } from "../failure.ts";
import type { Beat, Claim, FailureCodeOf, JobTypes } from "../ports.ts";
import { isTerminal } from "../status.ts";
import { requireJob, toJobStatus } from "./status.ts";

interface HeldJob {
  readonly jobId: string;
  readonly attempt: number;
}

/**
 * Hands the longest waiting job to a worker, or null when none came up within `waitMs`. Asking again after a lost
 * answer costs neither time nor an attempt.
 *
 * @param signal ends the wait when the worker is gone, so that no job is handed to nobody.
 */
export async function claimJob<T extends JobTypes, Order extends object>(
  domain: Domain<T, object, object, Order>,
  ports: Ports,
  { waitMs, ...asker }: Omit<Claim, "leaseMs"> & { readonly waitMs: number },
  signal: AbortSignal,
) {
  const jobs = domain.jobsOf(ports);
  const asking = jobs.workers.ask(asker.workerId, waitMs + betweenClaimsMs, asker.kinds);
  // A job that there is need not wait for it; its lease says the same.
  asking.catch(() => {});
  const deadline = ports.now().getTime() + waitMs;
  let isWorthAsking = waitMs === 0;
  while (!signal.aborted) {
    const claimed = isWorthAsking ? await jobs.claim({ ...asker, leaseMs: ports.settings.leaseMs }) : null;
    if (claimed && signal.aborted) {
      // Nobody is there to work on it: the attempt must neither be waited for nor count.
      await handBack(domain, ports, claimed.job, "The worker was gone before it heard of the job.");
    } else if (claimed) return { assignment: { ...assignmentOf(domain, ports, claimed), ...domain.orderOf(claimed) } };
    const leftMs = deadline - ports.now().getTime();
    if (leftMs <= 0) break;
    isWorthAsking = await jobs.waitForWork(asker, leftMs, signal);
  }
  await asking;
  return { assignment: null };
}

/** How long a worker is taken to be there after its claim, until it asks again or is known by its lease. */
const betweenClaimsMs = 10_000;

function assignmentOf<T extends JobTypes>(
  { place }: Domain<T>,
  { settings: { leaseMs, heartbeatMs } }: Ports,
  { job }: T["claimed"],
) {
  const { jobId, imageId, attempt } = job;
  return { jobId, imageId, attempt, outputPrefix: attemptPrefix(place, job), leaseMs, heartbeatMs };
}

/** Keeps the lease and records progress. @throws TilewrightError JOB_NOT_FOUND, STALE_ATTEMPT */
export async function heartbeatJob<T extends JobTypes>(
  domain: Domain<T>,
  ports: Ports,
  beat: Omit<Beat<T["job"]["stage"]>, "leaseMs" | "stageFraction"> & {
    readonly stageFraction?: number | undefined;
  } & T["progress"],
): Promise<{ leaseMs: number }> {
  const { leaseMs } = ports.settings;
  const { stageFraction = domain.fractionOf?.(beat) ?? 0 } = beat;
  const held = await domain.jobsOf(ports).heartbeat({ ...beat, stageFraction, leaseMs });
  if (!held) throw await refusal(domain, ports, beat.jobId);
  return { leaseMs };
}

/** Short, as nobody says when there is room. */
const longestWaitForRoomMs = 15_000;

/**
 * Ends an attempt without a result: the data's fault fails the job, the system's puts it back in line after a pause as
 * long as attempts are left. One that waits for room on a disk that others hold has all the time that they take:
 * whoever asked for it was told that it would be done. Repeating the first is a no-op; repeating the second is refused,
 * as the attempt is over.
 *
 * @throws TilewrightError JOB_NOT_FOUND, STALE_ATTEMPT
 */
export async function failJob<T extends JobTypes, Facts extends object, Details extends object>(
  domain: Domain<T, Facts, Details>,
  ports: Ports,
  input: HeldJob & {
    readonly code: FailureCodeOf<T>;
    readonly reason: string;
    readonly awaitsRoom?: boolean | undefined;
  },
) {
  const jobs = domain.jobsOf(ports);
  const current = await requireJob(domain, ports, { jobId: input.jobId });
  const { jobId, attempt, code, reason } = input;
  const forgiven = code === ("SCRATCH_FULL" satisfies CommonFailureCode) && input.awaitsRoom === true;
  const again = forgiven || (domain.failures.isRetryable(code) && attempt < current.maxAttempts);
  const delayMs = Math.min(retryBackoffMs(attempt), forgiven ? longestWaitForRoomMs : Number.POSITIVE_INFINITY);
  const job = again
    ? await jobs.release({ jobId, attempt, code, reason, cause: "RELEASED", delayMs, forgiven })
    : await jobs.fail({ jobId, attempt, cause: "FAILED", code, reason });
  if (job) return toJobStatus(domain, ports, job);
  const now = await jobs.find({ jobId });
  if (now && now.attempt === attempt && now.failureCode === code) return toJobStatus(domain, ports, now);
  throw await refusal(domain, ports, jobId);
}

/**
 * Puts a job back in line because its worker is about to stop, not because of the job: the attempt is forgiven.
 *
 * @throws TilewrightError JOB_NOT_FOUND, STALE_ATTEMPT
 */
export async function handBackJob<T extends JobTypes, Facts extends object, Details extends object>(
  domain: Domain<T, Facts, Details>,
  ports: Ports,
  held: HeldJob,
) {
  const job = await handBack(domain, ports, held, "The worker was stopped.");
  if (!job) throw await refusal(domain, ports, held.jobId);
  return toJobStatus(domain, ports, job);
}

const handBack = <T extends JobTypes>(
  domain: Domain<T>,
  ports: Ports,
  { jobId, attempt }: HeldJob,
  reason: string,
): Promise<T["job"] | null> =>
  domain.jobsOf(ports).release({ jobId, attempt, cause: "HANDED_BACK", reason, delayMs: 0, forgiven: true });

/** Says why a guarded write by a worker found no row. */
export async function refusal<T extends JobTypes>(
  domain: Domain<T>,
  ports: Pick<Ports, "jobs">,
  jobId: string,
): Promise<TilewrightError> {
  const job = await domain.jobsOf(ports).find({ jobId });
  if (!job) return new TilewrightError("JOB_NOT_FOUND");
  const why = isTerminal(job.status)
    ? `The job is ${job.status} already.`
    : `Attempt ${job.attempt} is the current one.`;
  return new TilewrightError("STALE_ATTEMPT", `${why} Stop working on it.`, {
    status: job.status,
    attempt: job.attempt,
    failureCode: job.failureCode,
  });
}
