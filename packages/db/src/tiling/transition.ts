import { predecessorsOf, type TilingJob, type TilingJobStatus, type TransitionDetail } from "@tilewright/core";
import type { Prisma } from "../../generated/prisma/client.ts";
import { databaseNow, type Transaction } from "../transaction.ts";
import { toTilingJob } from "./job-row.ts";

interface Transition {
  readonly jobId: string;
  /** Fence: refuse unless this attempt holds the job. */
  readonly attempt?: number | undefined;
  readonly onlyIfExpired?: boolean | undefined;
  readonly to: TilingJobStatus;
  readonly detail: TransitionDetail;
  /** What changes beside the status. */
  readonly set: (now: Date) => Prisma.TilingJobUpdateManyMutationInput;
}

/** Moves a job to its next status and records the event; null when the guard finds no row to move. */
export async function transition(tx: Transaction, change: Transition): Promise<TilingJob | null> {
  const now = await databaseNow(tx);
  const [row] = await tx.tilingJob.updateManyAndReturn({
    where: {
      id: change.jobId,
      // A PENDING row still carries the number of the attempt that lost it.
      ...(change.attempt === undefined
        ? { status: { in: predecessorsOf(change.to) } }
        : { status: "IN_PROGRESS", attempt: change.attempt }),
      ...(change.onlyIfExpired && { leaseExpiresAt: { lt: now } }),
    },
    data: { ...change.set(now), status: change.to, version: { increment: 1 }, updatedAt: now },
  });
  if (!row) return null;
  const job = toTilingJob(row);
  await recordEvent(
    tx,
    job,
    change.to === "FAILED" ? statusBeforeFailure(job) : predecessorOf(change.to),
    change.detail,
  );
  return job;
}

export async function recordEvent(
  tx: Transaction,
  job: TilingJob,
  from: TilingJobStatus | null,
  detail: TransitionDetail,
): Promise<void> {
  const { jobId, attempt, status: to, updatedAt: at } = job;
  await tx.tilingJobEvent.create({ data: { jobId, attempt, from, to, at, detail: { ...detail } } });
}

/** FAILED keeps the stage it was reached in, and only a PENDING job is QUEUED. */
const statusBeforeFailure = (job: TilingJob): TilingJobStatus => (job.stage === "QUEUED" ? "PENDING" : "IN_PROGRESS");

function predecessorOf(to: TilingJobStatus): TilingJobStatus {
  const [only, ...others] = predecessorsOf(to);
  if (!only || others.length > 0) throw new Error(`${to} has no single predecessor.`);
  return only;
}
