import { Prisma, type PrismaClient } from "../../generated/prisma/client.ts";
import type { JobTable } from "./job-table.ts";

/** What a look at a domain's line finds for those who wait at this node. */
export interface SeenLine {
  /** Messages that are due, by kind, a thousand at most; all under "" where there are no kinds. */
  readonly due: ReadonlyMap<string, number>;
  /** Until the next message is due that is not yet. */
  readonly nextDueInMs: number | null;
  /** Of the claims that were named, those that have an attempt: their answers were lost. */
  readonly held: ReadonlySet<string>;
}

/** More than wait at a node. */
const mostCounted = 1_000;

/** One statement, however many wait. @param kinds those that are waited for. */
export async function lookAtLine(
  { names, hasKinds }: Pick<JobTable, "names" | "hasKinds">,
  prisma: PrismaClient,
  { kinds, claimIds }: { readonly kinds: readonly string[]; readonly claimIds: readonly string[] },
): Promise<SeenLine> {
  const [jobs, events] = [Prisma.raw(names.jobs), Prisma.raw(names.events)];
  const waits = Prisma.sql`pgboss.job AS message WHERE message.name = ${names.queue} AND message.state < 'active'`;
  const isDue = Prisma.sql`message.start_after < now()`;
  const ofKind = hasKinds
    ? Prisma.sql`${jobs} AS job WHERE job.kind = each.kind AND job.status = 'PENDING'
        AND EXISTS (SELECT FROM ${waits} AND message.id = job.id AND ${isDue})`
    : Prisma.sql`${waits} AND ${isDue}`;
  const [row] = await prisma.$queryRaw<
    { due: Record<string, number> | null; nextDueInMs: number | null; held: string[] }[]
  >`
    SELECT (
        SELECT json_object_agg(kind, (SELECT count(*) FROM (SELECT FROM ${ofKind} LIMIT ${mostCounted}) AS first))
        FROM unnest(${kinds}::text[]) AS each (kind)) AS due,
      (SELECT EXTRACT(epoch FROM min(message.start_after) - now())::float8 * 1000
       FROM ${waits} AND message.start_after >= now()) AS "nextDueInMs",
      ARRAY(
        SELECT event.detail ->> 'claimId' FROM ${jobs} AS job JOIN ${events} AS event ON event.job_id = job.id
        WHERE job.status = 'IN_PROGRESS' AND event.attempt = job.attempt AND event."to" = 'IN_PROGRESS'
          AND event.detail ->> 'claimId' = ANY(${claimIds})) AS held`;
  return {
    due: new Map(Object.entries(row?.due ?? {})),
    nextDueInMs: row?.nextDueInMs ?? null,
    held: new Set(row?.held),
  };
}
