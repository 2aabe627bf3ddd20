import type { Claim, JobTypes } from "@tilewright/core/jobs";
import { Prisma } from "../../generated/prisma/client.ts";
import type { Transaction } from "../transaction.ts";
import type { JobDispatch } from "./dispatch.ts";
import type { JobRequest, JobTable } from "./job-table.ts";
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
export async function claimNext<T extends JobTypes, R extends JobRequest, Own extends object>(
  table: JobTable<T, R, Own>,
  tx: Transaction,
  dispatch: JobDispatch,
  { workerId, claimId, leaseMs, kinds }: Claim,
): Promise<T["claimed"] | null> {
  const [, firstStage] = table.rules.stages;
  for (;;) {
    const jobId = await dispatch.takeNext(tx, kinds);
    if (!jobId) return null;
    if (!(await lockPending(table, tx, jobId))) continue;
    const job = await transition(table, tx, {
      jobId,
      to: "IN_PROGRESS",
      detail: { cause: "CLAIMED", workerId, claimId },
      set: (now) => ({
        ...table.atStart,
        attempt: { increment: 1 },
        stage: firstStage,
        stageFraction: 0,
        workerId,
        startedAt: now,
        leaseExpiresAt: new Date(now.getTime() + leaseMs),
      }),
    });
    if (!job) throw new Error(`The job ${jobId} changed although it was locked.`);
    return table.handOver(tx, job);
  }
}

/** The attempt that the same claim has got before, with a lease from now on: its answer was lost on the way. */
export async function claimAgain<T extends JobTypes>(
  table: JobTable<T>,
  tx: Transaction,
  { claimId, leaseMs }: Claim,
): Promise<T["claimed"] | null> {
  if (claimId === undefined) return null;
  const [held] = await tx.$queryRaw<{ id: string }[]>`
    UPDATE ${Prisma.raw(table.names.jobs)} AS job SET lease_expires_at = now() + ${leaseMs} * interval '1 millisecond'
    FROM ${Prisma.raw(table.names.events)} AS event
    WHERE job.status = 'IN_PROGRESS' AND event.job_id = job.id AND event.attempt = job.attempt
      AND event."to" = 'IN_PROGRESS' AND event.detail ->> 'claimId' = ${claimId}
    RETURNING job.id`;
  if (!held) return null;
  const [job] = await table.find(tx, { where: { id: held.id }, orderBy: { id: "asc" } });
  return job ? table.handOver(tx, job) : null;
}

/** False when there is no such PENDING job. @throws JobIsHeldError */
async function lockPending({ names }: Pick<JobTable, "names">, tx: Transaction, jobId: string): Promise<boolean> {
  const jobs = Prisma.raw(names.jobs);
  const [row] = await tx.$queryRaw<{ pending: boolean; locked: boolean }[]>`
    WITH job AS (
      SELECT id FROM ${jobs} WHERE id = ${jobId}::uuid AND status = 'PENDING' FOR NO KEY UPDATE SKIP LOCKED)
    SELECT EXISTS (SELECT FROM ${jobs} WHERE id = ${jobId}::uuid AND status = 'PENDING') AS pending,
           EXISTS (SELECT FROM job) AS locked`;
  if (row?.pending && !row.locked) throw new JobIsHeldError();
  return row?.locked ?? false;
}
