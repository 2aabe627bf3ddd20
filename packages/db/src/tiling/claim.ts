import type { ClaimedTiling, TilingJob, TilingJobs } from "@tilewright/core";
import type { Transaction } from "../transaction.ts";
import type { TilingDispatch } from "./dispatch.ts";
import { toTilingJob } from "./job-row.ts";
import { transition } from "./transition.ts";

type Claim = Parameters<TilingJobs["claim"]>[0];

/** Undoes a claim: the job that is next is being cancelled or deleted at this very moment. */
export class JobIsHeldError extends Error {
  override readonly name = "JobIsHeldError";
}

/**
 * Takes the first message and makes its job IN_PROGRESS. A message without a PENDING job is dropped on the way.
 *
 * Everybody else locks the row and then its message. A claim can't, as it learns the row from the message; so it never
 * waits for a row, or two transactions could wait for each other.
 *
 * @throws JobIsHeldError
 */
export async function claimNext(
  tx: Transaction,
  dispatch: TilingDispatch,
  { workerId, claimId, leaseMs }: Claim,
): Promise<ClaimedTiling | null> {
  for (;;) {
    const jobId = await dispatch.takeNext(tx);
    if (!jobId) return null;
    if (!(await lockPending(tx, jobId))) continue;
    const job = await transition(tx, {
      jobId,
      to: "IN_PROGRESS",
      detail: { cause: "CLAIMED", workerId, claimId },
      set: (now) => ({
        attempt: { increment: 1 },
        stage: "DOWNLOADING",
        stageFraction: 0,
        tilesDone: 0,
        tilesTotal: null,
        workerId,
        startedAt: now,
        leaseExpiresAt: new Date(now.getTime() + leaseMs),
      }),
    });
    if (!job) throw new Error(`The tiling job ${jobId} changed although it was locked.`);
    return withSource(tx, job);
  }
}

/** The attempt that the same claim has got before, with a lease from now on: its answer was lost on the way. */
export async function claimAgain(tx: Transaction, { claimId, leaseMs }: Claim): Promise<ClaimedTiling | null> {
  if (claimId === undefined) return null;
  const [held] = await tx.$queryRaw<{ id: string }[]>`
    UPDATE tiling_jobs AS job SET lease_expires_at = now() + ${leaseMs} * interval '1 millisecond'
    FROM tiling_job_events AS event
    WHERE job.status = 'IN_PROGRESS' AND event.job_id = job.id AND event.attempt = job.attempt
      AND event."to" = 'IN_PROGRESS' AND event.detail ->> 'claimId' = ${claimId}
    RETURNING job.id`;
  if (!held) return null;
  return withSource(tx, toTilingJob(await tx.tilingJob.findUniqueOrThrow({ where: { id: held.id } })));
}

async function withSource(tx: Transaction, job: TilingJob): Promise<ClaimedTiling> {
  const image = await tx.image.findUniqueOrThrow({ where: { id: job.imageId } });
  const { sourceKey, sizeBytes, sourceSha256, announcedSha256 } = image;
  return { job, sourceKey, sourceSizeBytes: Number(sizeBytes), sourceSha256: sourceSha256 ?? announcedSha256 };
}

/** False when there is no such PENDING job. @throws JobIsHeldError */
async function lockPending(tx: Transaction, jobId: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ pending: boolean; locked: boolean }[]>`
    WITH job AS (
      SELECT id FROM tiling_jobs WHERE id = ${jobId}::uuid AND status = 'PENDING' FOR NO KEY UPDATE SKIP LOCKED)
    SELECT EXISTS (SELECT FROM tiling_jobs WHERE id = ${jobId}::uuid AND status = 'PENDING') AS pending,
           EXISTS (SELECT FROM job) AS locked`;
  if (row?.pending && !row.locked) throw new JobIsHeldError();
  return row?.locked ?? false;
}
