import type { Prisma, PrismaClient } from "../generated/prisma/client.ts";
import { tellingJobChanges } from "./jobs/changes.ts";

export type Transaction = Prisma.TransactionClient;

/** Runs `work` as one READ COMMITTED transaction; whatever it throws undoes all of it. */
export function inTransaction<Result>(prisma: PrismaClient, work: (tx: Transaction) => Promise<Result>) {
  return tellingJobChanges(prisma, (within) => prisma.$transaction(within, { maxWait: 10_000, timeout: 20_000 }), work);
}

/** The database's time at which the transaction began: the only clock that stored times come from. */
export async function databaseNow(tx: Transaction): Promise<Date> {
  const rows = await tx.$queryRaw<{ now: Date }[]>`SELECT now() AS now`;
  const [row] = rows;
  if (!row) throw new Error("The database did not tell the time.");
  return row.now;
}
