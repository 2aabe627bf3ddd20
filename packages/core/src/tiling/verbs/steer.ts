import { TilewrightError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import type { TilingJob } from "../job.ts";
import type { JobOrImage } from "../ports.ts";
import type { TilingStatus } from "../schemas.ts";
import { isTerminal } from "../status.ts";
import { toTilingStatus } from "./get-status.ts";

/**
 * Starts a new job on the bytes of a failed one. While a job of that image is active, it answers that job.
 *
 * @throws TilewrightError JOB_NOT_FOUND, IMAGE_NOT_FOUND, JOB_NOT_FAILED
 */
export async function retryTiling(ports: Ports, which: JobOrImage): Promise<TilingStatus> {
  const asked = await requireJob(ports, which);
  const newest = await requireJob(ports, { imageId: asked.imageId });
  if (!isTerminal(newest.status)) return toTilingStatus(ports, newest);
  if (newest.status !== "FAILED") throw new TilewrightError("JOB_NOT_FAILED");
  const job = await ports.tilingJobs.resubmit(newest, ports.settings.maxAttempts);
  return toTilingStatus(ports, job ?? (await requireJob(ports, { imageId: asked.imageId })));
}

/** Ends an active job as FAILED with CANCELLED. Repeating it is a no-op. @throws TilewrightError JOB_NOT_FOUND, JOB_FINISHED */
export async function cancelTiling(ports: Ports, { jobId }: { jobId: string }): Promise<TilingStatus> {
  const cancelled = await ports.tilingJobs.fail({
    jobId,
    cause: "CANCELLED",
    code: "CANCELLED",
    reason: "Cancelled by a person.",
  });
  const job = cancelled ?? (await requireJob(ports, { jobId }));
  if (job.failureCode !== "CANCELLED") throw new TilewrightError("JOB_FINISHED");
  return toTilingStatus(ports, job);
}

async function requireJob(ports: Ports, which: JobOrImage): Promise<TilingJob> {
  const job = await ports.tilingJobs.find(which);
  if (!job) throw new TilewrightError("jobId" in which ? "JOB_NOT_FOUND" : "IMAGE_NOT_FOUND");
  return job;
}
