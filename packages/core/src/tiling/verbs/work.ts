import type { z } from "zod";
import { TilewrightError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import { attemptPrefix, manifestKey, previewKey } from "../../storage/keys.ts";
import { isRetryable, retryBackoffMs } from "../failure.ts";
import { type TilingJob, tilesFraction } from "../job.ts";
import type { ClaimedTiling } from "../ports.ts";
import type {
  ClaimTilingInput,
  ClaimTilingOutput,
  HeldTilingInput,
  MarkTilingCompleteInput,
  MarkTilingFailedInput,
  ShowTilingPreviewInput,
  TilingAssignment,
  TilingHeartbeatInput,
  TilingHeartbeatOutput,
  TilingStatus,
} from "../schemas.ts";
import { isTerminal } from "../status.ts";
import { toTilingStatus } from "./get-status.ts";

/**
 * Hands the longest waiting job to a worker, or null when none came up within `waitMs`. Asking again after a lost answer
 * costs neither time nor an attempt.
 *
 * @param signal ends the wait when the worker is gone, so that no job is handed to nobody.
 */
export async function claimTiling(
  ports: Ports,
  input: z.infer<typeof ClaimTilingInput>,
  signal: AbortSignal,
): Promise<z.infer<typeof ClaimTilingOutput>> {
  const { workerId, claimId } = input;
  await ports.workers.ask(workerId, input.waitMs + betweenClaimsMs);
  const deadline = ports.now().getTime() + input.waitMs;
  while (!signal.aborted) {
    const claimed = await ports.tilingJobs.claim({ workerId, claimId, leaseMs: ports.settings.leaseMs });
    if (claimed && signal.aborted) await takeBack(ports, claimed);
    else if (claimed) return { assignment: toAssignment(ports, claimed) };
    const leftMs = deadline - ports.now().getTime();
    if (leftMs <= 0) break;
    await ports.tilingJobs.waitForWork(leftMs, signal);
  }
  return { assignment: null };
}

/** How long a worker is taken to be there after its claim, until it asks again or is known by its lease. */
const betweenClaimsMs = 10_000;

/** Nobody is there to work on it: the attempt must neither be waited for nor count. */
async function takeBack({ tilingJobs }: Ports, { job: { jobId, attempt } }: ClaimedTiling): Promise<void> {
  const reason = "The worker was gone before it heard of the job.";
  await tilingJobs.release({ jobId, attempt, cause: "HANDED_BACK", reason, delayMs: 0, forgiven: true });
}

/** Keeps the lease and records progress. @throws TilewrightError JOB_NOT_FOUND, STALE_ATTEMPT */
export async function heartbeatTiling(
  ports: Ports,
  input: z.infer<typeof TilingHeartbeatInput>,
): Promise<z.infer<typeof TilingHeartbeatOutput>> {
  const { leaseMs } = ports.settings;
  const { stageFraction = tilesFraction(input) } = input;
  const held = await ports.tilingJobs.heartbeat({ ...input, stageFraction, leaseMs });
  if (!held) throw await refusal(ports, input.jobId);
  return { leaseMs };
}

/**
 * Lets watchers see the preview that an attempt has published under its prefix, while the pyramid is still being made.
 *
 * @throws TilewrightError JOB_NOT_FOUND, STALE_ATTEMPT, PREVIEW_MISSING
 */
export async function showTilingPreview(
  ports: Ports,
  input: z.infer<typeof ShowTilingPreviewInput>,
): Promise<TilingStatus> {
  const current = await ports.tilingJobs.find({ jobId: input.jobId });
  if (!current) throw new TilewrightError("JOB_NOT_FOUND");
  const stored = await ports.objects.head(previewKey(attemptPrefix(current.imageId, input.jobId, input.attempt)));
  if (stored?.sizeBytes !== input.preview.sizeBytes) throw new TilewrightError("PREVIEW_MISSING");
  const job = await ports.tilingJobs.showPreview(input);
  if (!job) throw await refusal(ports, input.jobId);
  return toTilingStatus(ports, job);
}

/**
 * Marks a tiling job complete. Repeating it with the same attempt and manifest is a no-op.
 *
 * @throws TilewrightError JOB_NOT_FOUND, STALE_ATTEMPT, INVALID_INPUT (a manifest outside the attempt's own prefix),
 *   MANIFEST_MISSING
 * @see docs/adr/0001-persist-job-status.md
 */
export async function completeTiling(ports: Ports, input: MarkTilingCompleteInput): Promise<TilingStatus> {
  const current = await ports.tilingJobs.find({ jobId: input.jobId });
  if (!current) throw new TilewrightError("JOB_NOT_FOUND");
  const expected = manifestKey(attemptPrefix(current.imageId, current.jobId, input.attempt));
  if (input.metadataPath !== expected) {
    throw new TilewrightError("INVALID_INPUT", `The manifest of this attempt belongs at ${expected}.`);
  }
  if (!(await ports.objects.head(expected))) throw new TilewrightError("MANIFEST_MISSING");
  const job = (await ports.tilingJobs.complete(input)) ?? (await completedAlready(ports, input));
  return toTilingStatus(ports, job);
}

/** Short, as nobody says when there is room. */
const longestWaitForRoomMs = 15_000;

/**
 * Ends an attempt without a pyramid: the data's fault fails the job, the system's puts it back in line after a pause
 * as long as attempts are left. One that waits for room on a disk that others hold has all the time that they take: who
 * uploaded it was told that it would be tiled. Repeating the first is a no-op; repeating the second is refused, as the attempt is over.
 *
 * @throws TilewrightError JOB_NOT_FOUND, STALE_ATTEMPT
 */
export async function failTiling(ports: Ports, input: z.infer<typeof MarkTilingFailedInput>): Promise<TilingStatus> {
  const current = await ports.tilingJobs.find({ jobId: input.jobId });
  if (!current) throw new TilewrightError("JOB_NOT_FOUND");
  const { jobId, attempt, code, reason } = input;
  const forgiven = code === "SCRATCH_FULL" && input.awaitsRoom === true;
  const again = forgiven || (isRetryable(code) && attempt < current.maxAttempts);
  const delayMs = Math.min(retryBackoffMs(attempt), forgiven ? longestWaitForRoomMs : Number.POSITIVE_INFINITY);
  const job = again
    ? await ports.tilingJobs.release({ jobId, attempt, code, reason, cause: "RELEASED", delayMs, forgiven })
    : await ports.tilingJobs.fail({ jobId, attempt, cause: "FAILED", code, reason });
  if (job) return toTilingStatus(ports, job);
  const now = await ports.tilingJobs.find({ jobId });
  if (now && now.attempt === attempt && now.failureCode === code) return toTilingStatus(ports, now);
  throw await refusal(ports, jobId);
}

/**
 * Puts a job back in line because its worker is about to stop, not because of the job: the attempt is forgiven.
 *
 * @throws TilewrightError JOB_NOT_FOUND, STALE_ATTEMPT
 */
export async function handBackTiling(ports: Ports, input: z.infer<typeof HeldTilingInput>): Promise<TilingStatus> {
  const reason = "The worker was stopped.";
  const job = await ports.tilingJobs.release({ ...input, cause: "HANDED_BACK", reason, delayMs: 0, forgiven: true });
  if (!job) throw await refusal(ports, input.jobId);
  return toTilingStatus(ports, job);
}

async function completedAlready(ports: Ports, input: MarkTilingCompleteInput): Promise<TilingJob> {
  const job = await ports.tilingJobs.find({ jobId: input.jobId });
  const same = job?.status === "COMPLETED" && job.attempt === input.attempt && job.metadataPath === input.metadataPath;
  if (!job || !same) throw await refusal(ports, input.jobId);
  return job;
}

/** Says why a guarded write by a worker found no row. */
export async function refusal(ports: Ports, jobId: string): Promise<TilewrightError> {
  const job = await ports.tilingJobs.find({ jobId });
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

const toAssignment = (ports: Ports, { job, ...source }: ClaimedTiling): TilingAssignment => ({
  ...source,
  jobId: job.jobId,
  imageId: job.imageId,
  datasetName: job.datasetName,
  attempt: job.attempt,
  outputPrefix: attemptPrefix(job.imageId, job.jobId, job.attempt),
  leaseMs: ports.settings.leaseMs,
  heartbeatMs: ports.settings.heartbeatMs,
});
