import type { Beat, JobTypes } from "@tilewright/core/jobs";
import { Prisma } from "../../generated/prisma/client.ts";
import type { Transaction } from "../transaction.ts";
import { noteJobChange } from "./changes.ts";
import type { JobTable } from "./job-table.ts";

const nothing = { set: Prisma.empty, isNews: Prisma.sql`false` };

/**
 * Extends the lease and moves progress forward; false when the attempt does not hold the job. One statement without an
 * event; no index covers a column that it writes, so PostgreSQL updates in place.
 */
export async function heartbeat<T extends JobTypes>(
  table: JobTable<T>,
  tx: Transaction,
  beat: Beat<T["job"]["stage"]> & T["progress"],
): Promise<boolean> {
  const stage = Prisma.sql`${beat.stage}::${Prisma.raw(`"${table.names.stage}"`)}`;
  const fraction = Prisma.sql`${beat.stageFraction}::real`;
  const own = table.advance?.(beat) ?? nothing;
  const moved = Prisma.sql`(
    stage < ${stage} OR stage = ${stage} AND stage_fraction < ${fraction} OR ${own.isNews})`;
  const [job] = await tx.$queryRaw<{ imageId: string }[]>`
    UPDATE ${Prisma.raw(table.names.jobs)} SET
      lease_expires_at = now() + ${beat.leaseMs} * interval '1 millisecond',
      stage = GREATEST(stage, ${stage}),
      stage_fraction = CASE
        WHEN stage < ${stage} THEN ${fraction}
        WHEN stage = ${stage} THEN GREATEST(stage_fraction, ${fraction})
        ELSE stage_fraction END,
      ${own.set}
      version = version + CASE WHEN ${moved} THEN 1 ELSE 0 END,
      updated_at = CASE WHEN ${moved} THEN now() ELSE updated_at END
    WHERE id = ${beat.jobId}::uuid AND attempt = ${beat.attempt} AND status = 'IN_PROGRESS'
    RETURNING image_id::text AS "imageId"`;
  if (job) noteJobChange(table, tx, { jobId: beat.jobId, imageId: job.imageId });
  return job !== undefined;
}
