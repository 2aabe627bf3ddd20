import type { JobTypes, TransitionDetail } from "@tilewright/core/jobs";
import { newId } from "../ids.ts";
import type { Transaction } from "../transaction.ts";
import type { JobDispatch } from "./dispatch.ts";
import type { JobRequest, JobTable } from "./job-table.ts";
import { recordEvent } from "./transition.ts";

/** A new PENDING job with its first event and its message, inside the transaction that asks for it. */
export async function submitJob<T extends JobTypes, R extends JobRequest>(
  table: JobTable<T, R>,
  tx: Transaction,
  dispatch: JobDispatch,
  request: R,
  maxAttempts: number,
  detail: TransitionDetail,
): Promise<T["job"]> {
  const job = await table.create(tx, { ...request, id: newId(), maxAttempts });
  await recordEvent(table, tx, job, null, detail);
  await dispatch.enqueue(tx, job.jobId);
  return job;
}
