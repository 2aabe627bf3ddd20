import type { Page } from "@tilewright/core";
import type { JobEvent, JobOrImage } from "@tilewright/core/jobs";
import { Prisma } from "../../generated/prisma/client.ts";
import type { Transaction } from "../transaction.ts";
import type { JobTable } from "./job-table.ts";

const columns = Prisma.sql`
  event.id::text AS "eventId", event.job_id::text AS "jobId", event.attempt, event."from"::text, event."to"::text,
  event.at, event.detail`;

/** The events of a job, or of all jobs of an image, oldest first. */
export function readEvents<Code extends string>(
  { names }: Pick<JobTable, "names">,
  tx: Transaction,
  which: JobOrImage,
  { limit, cursor }: Page,
): Promise<JobEvent<Code>[]> {
  const [events, jobs] = [Prisma.raw(names.events), Prisma.raw(names.jobs)];
  const isAsked =
    "jobId" in which
      ? Prisma.sql`event.job_id = ${which.jobId}::uuid`
      : Prisma.sql`event.job_id IN (SELECT id FROM ${jobs} WHERE image_id = ${which.imageId}::uuid)`;
  return tx.$queryRaw`
    SELECT ${columns} FROM ${events} AS event
    WHERE ${isAsked} AND event.id > ${BigInt(cursor ?? 0)} ORDER BY event.id LIMIT ${limit}`;
}

/** All events of these jobs, by job, each in the order in which they were written. */
export async function readAllEvents(
  { names }: Pick<JobTable, "names">,
  tx: Transaction,
  jobIds: readonly string[],
): Promise<Map<string, JobEvent[]>> {
  const events = await tx.$queryRaw<JobEvent[]>`
    SELECT ${columns} FROM ${Prisma.raw(names.events)} AS event
    WHERE event.job_id = ANY(${jobIds}::uuid[]) ORDER BY event.id`;
  return Map.groupBy(events, ({ jobId }) => jobId);
}
