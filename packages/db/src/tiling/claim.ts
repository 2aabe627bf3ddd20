import type { ClaimedTiling } from "@tilewright/core";
import type { Transaction } from "../transaction.ts";
import type { TilingDispatch } from "./dispatch.ts";
import { transition } from "./transition.ts";

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
  workerId: string,
  leaseMs: number,
): Promise<ClaimedTiling | null> {
  for (;;) {
    const jobId = await dispatch.takeNext(tx);
    if (!jobId) return null;
    if (!(await lockPending(tx, jobId))) continue;
    const job = await transition(tx, {
      jobId,
      to: "IN_PROGRESS",
      detail: { cause: "CLAIMED", workerId },
      set: (now) => ({
        attempt: { increment: 1 },
        stage: "DOWNLOADING",
        tilesDone: 0,
        tilesTotal: null,
        workerId,
        startedAt: now,
        leaseExpiresAt: new Date(now.getTime() + leaseMs),
      }),
    });
    if (!job) throw new Error(`The tiling job ${jobId} changed although it was locked.`);
    const image = await tx.image.findUniqueOrThrow({ where: { id: job.imageId } });
    return { job, sourceKey: image.sourceKey, sourceSizeBytes: Number(image.sizeBytes) };
  }
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
