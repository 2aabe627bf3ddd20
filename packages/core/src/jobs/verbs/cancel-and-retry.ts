import { TilewrightError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import type { Domain } from "../domain.ts";
import type { FailureCodeOf, JobOrImage, JobTypes } from "../ports.ts";
import { isTerminal } from "../status.ts";
import { requireJob, toJobStatus } from "./status.ts";

/**
 * Starts a new job in place of a failed one. While a job that does the same is active, it answers that job.
 *
 * @throws TilewrightError JOB_NOT_FOUND, IMAGE_NOT_FOUND, JOB_NOT_FAILED
 */
export async function retryJob<T extends JobTypes, Facts extends object, Details extends object>(
  domain: Domain<T, Facts, Details>,
  ports: Ports,
  which: JobOrImage,
) {
  const jobs = domain.jobsOf(ports);
  const asked = await requireJob(domain, ports, which);
  const newest = (await jobs.findSuccessor(asked)) ?? asked;
  if (!isTerminal(newest.status)) return toJobStatus(domain, ports, newest);
  if (newest.status !== "FAILED") throw new TilewrightError("JOB_NOT_FAILED");
  const job = (await jobs.resubmit(newest, ports.settings.maxAttempts)) ?? (await jobs.findSuccessor(asked));
  if (!job) throw new TilewrightError("IMAGE_NOT_FOUND");
  return toJobStatus(domain, ports, job);
}

/**
 * Ends an active job as FAILED with CANCELLED. Repeating it is a no-op. @throws TilewrightError JOB_NOT_FOUND,
 * JOB_FINISHED
 */
export async function cancelJob<T extends JobTypes, Facts extends object, Details extends object>(
  domain: Domain<T, Facts, Details>,
  ports: Ports,
  { jobId }: { readonly jobId: string },
) {
  const cancelled = await domain.jobsOf(ports).fail({
    jobId,
    cause: "CANCELLED",
    code: "CANCELLED" as FailureCodeOf<T>,
    reason: "Cancelled by a person.",
  });
  const job = cancelled ?? (await requireJob(domain, ports, { jobId }));
  if (job.failureCode !== "CANCELLED") throw new TilewrightError("JOB_FINISHED");
  return toJobStatus(domain, ports, job);
}
