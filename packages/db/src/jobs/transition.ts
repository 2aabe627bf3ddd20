import {
  type Job,
  type JobStatus,
  type JobTypes,
  predecessorsOf,
  type TransitionDetail,
  waitingStage,
} from "@tilewright/core/jobs";
import { Prisma } from "../../generated/prisma/client.ts";
import { databaseNow, type Transaction } from "../transaction.ts";
import { noteJobChange } from "./changes.ts";
import type { JobRequest, JobTable, MoveOf } from "./job-table.ts";

interface Transition<J extends Job, Own extends object> {
  readonly jobId: string;
  /** Fence: refuse unless this attempt holds the job. */
  readonly attempt?: number | undefined;
  readonly onlyIfExpired?: boolean | undefined;
  readonly to: JobStatus;
  readonly detail: TransitionDetail;
  /** What changes beside the status. */
  readonly set: (now: Date) => Omit<MoveOf<J>, "status" | "version" | "updatedAt"> & Partial<Own>;
}

/** Moves a job to its next status and records the event; null when the guard finds no row to move. */
export async function transition<T extends JobTypes, R extends JobRequest, Own extends object>(
  table: JobTable<T, R, Own>,
  tx: Transaction,
  change: Transition<T["job"], Own>,
): Promise<T["job"] | null> {
  const now = await databaseNow(tx);
  const where = {
    id: change.jobId,
    // A PENDING row still carries the number of the attempt that lost it.
    ...(change.attempt === undefined
      ? { status: { in: predecessorsOf(change.to) } }
      : { status: "IN_PROGRESS" as const, attempt: change.attempt }),
    ...(change.onlyIfExpired && { leaseExpiresAt: { lt: now } }),
  };
  const next = { status: change.to, version: { increment: 1 }, updatedAt: now } as const;
  const [job] = await table.move(tx, where, { ...change.set(now), ...next });
  if (!job) return null;
  const from = change.to === "FAILED" ? statusBeforeFailure(job) : predecessorOf(change.to);
  await recordEvent(table, tx, job, from, change.detail);
  return job;
}

export async function recordEvent(
  table: Pick<JobTable, "names">,
  tx: Transaction,
  job: Job,
  from: JobStatus | null,
  detail: TransitionDetail,
): Promise<void> {
  const { jobId, attempt, status: to, updatedAt: at } = job;
  noteJobChange(table, tx, job);
  await tx.$executeRaw`
    INSERT INTO ${Prisma.raw(table.names.events)} (job_id, attempt, "from", "to", at, detail)
    VALUES (${jobId}::uuid, ${attempt}, ${from}, ${to}, ${at}, ${JSON.stringify(detail)}::jsonb)`;
}

/** FAILED keeps the stage it was reached in, and only a PENDING job is QUEUED. */
const statusBeforeFailure = (job: Job): JobStatus => (job.stage === waitingStage ? "PENDING" : "IN_PROGRESS");

function predecessorOf(to: JobStatus): JobStatus {
  const [only, ...others] = predecessorsOf(to);
  if (!only || others.length > 0) throw new Error(`${to} has no single predecessor.`);
  return only;
}
