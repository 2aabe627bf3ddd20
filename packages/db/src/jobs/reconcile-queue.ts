import { Prisma, type PrismaClient } from "../../generated/prisma/client.ts";
import { inTransaction } from "../transaction.ts";
import type { JobDispatch } from "./dispatch.ts";
import type { JobTable } from "./job-table.ts";

/** Repairs up to `limit` differences of each kind between rows and messages. @returns how many were found. */
export async function reconcileQueue(
  { names }: Pick<JobTable, "names">,
  prisma: PrismaClient,
  dispatch: JobDispatch,
  limit: number,
): Promise<number> {
  const strays = await inTransaction(prisma, (tx) => dispatch.removeStrays(tx, limit));
  const unsent = await inTransaction(prisma, async (tx) => {
    // Under the row's lock no claim can take the job, and no second reconciler can send its message too.
    const jobs = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM ${Prisma.raw(names.jobs)} WHERE id = ANY(${await dispatch.findUnsent(tx, limit)}::uuid[]) AND status = 'PENDING'
      ORDER BY id FOR NO KEY UPDATE SKIP LOCKED`;
    const stillUnsent = await dispatch.findUnsent(
      tx,
      limit,
      jobs.map(({ id }) => id),
    );
    for (const jobId of stillUnsent) await dispatch.enqueue(tx, jobId);
    return stillUnsent.length;
  });
  if (unsent > 0) dispatch.announce();
  return strays + unsent;
}
