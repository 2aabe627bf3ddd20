import type { PrismaClient } from "../../generated/prisma/client.ts";
import { inTransaction } from "../transaction.ts";
import type { TilingDispatch } from "./dispatch.ts";

/** Repairs up to `limit` differences of each kind between rows and messages. @returns how many were found. */
export async function reconcileQueue(prisma: PrismaClient, dispatch: TilingDispatch, limit: number): Promise<number> {
  const strays = await inTransaction(prisma, (tx) => dispatch.removeStrays(tx, limit));
  const unsent = await inTransaction(prisma, async (tx) => {
    // Under the row's lock no claim can take the job, and no second reconciler can send its message too.
    const jobs = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM tiling_jobs WHERE id = ANY(${await dispatch.findUnsent(tx, limit)}::uuid[]) AND status = 'PENDING'
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
