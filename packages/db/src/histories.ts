import { domainNames } from "@tilewright/core";
import type { DomainHistory, ImageHistory, JobHistory } from "@tilewright/core/jobs";
import { Prisma, type PrismaClient } from "../generated/prisma/client.ts";
import { jobTables } from "./job-tables.ts";
import { readAllEvents } from "./jobs/events.ts";
import type { JobTable } from "./jobs/job-table.ts";
import { createPrisma } from "./prisma.ts";
import { databaseNow, type Transaction } from "./transaction.ts";

/** Some images, all as of one moment of the database. */
export interface HistoryPage {
  readonly now: Date;
  readonly histories: readonly ImageHistory[];
}

/** Everything that was ever acknowledged, read page by page and never changed. */
export interface Histories {
  pages(): AsyncIterable<HistoryPage>;
  /** Whether the image is still there: it may have been deleted since its page was read. */
  exists(imageId: string): Promise<boolean>;
  close(): Promise<void>;
}

const pageSize = 200;

/** Opens a database for reading only; a service may be running on it. */
export function openHistories(url: string, onError: (error: Error) => void): Histories {
  const prisma = createPrisma(url, 1, onError);
  return {
    pages: () => readPages(prisma),
    exists: async (imageId) => (await prisma.image.count({ where: { id: imageId } })) > 0,
    close: () => prisma.$disconnect(),
  };
}

async function* readPages(prisma: PrismaClient): AsyncIterable<HistoryPage> {
  let cursor = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const page = await prisma.$transaction((tx) => readPage(tx, cursor), {
      isolationLevel: "RepeatableRead",
      maxWait: 10_000,
      timeout: 60_000,
    });
    const last = page.histories.at(-1);
    if (!last) return;
    yield page;
    cursor = last.imageId;
  }
}

async function readPage(tx: Transaction, cursor: string): Promise<HistoryPage> {
  const now = await databaseNow(tx);
  const rows = await tx.$queryRaw<{ imageId: string; acknowledgedAt: Date | null; exists: boolean }[]>`
    SELECT COALESCE(image.id, upload.image_id)::text AS "imageId", upload.closed_at AS "acknowledgedAt",
           image.id IS NOT NULL AS "exists"
    FROM images AS image
    FULL JOIN (SELECT image_id, closed_at FROM uploads WHERE status = 'COMPLETED') AS upload ON upload.image_id = image.id
    WHERE COALESCE(image.id, upload.image_id) > ${cursor}::uuid ORDER BY 1 LIMIT ${pageSize}`;
  const imageIds = rows.map(({ imageId }) => imageId);
  const domains = await Promise.all(
    domainNames.map(async (domain) => ({ domain, jobs: await readJobs(tx, jobTables[domain], imageIds) })),
  );
  const ofImage = (imageId: string): DomainHistory[] =>
    domains.map(({ domain, jobs }) => ({ domain, rules: jobTables[domain].rules, jobs: jobs.get(imageId) ?? [] }));
  return { now, histories: rows.map((row) => ({ ...row, domains: ofImage(row.imageId) })) };
}

/** A domain's jobs on these images, by image. */
export async function readJobs(
  tx: Transaction,
  table: JobTable,
  imageIds: readonly string[],
): Promise<Map<string, JobHistory[]>> {
  const { jobs: name, queue } = table.names;
  const rows = await tx.$queryRaw<{ id: string; isInLine: boolean }[]>`
    SELECT job.id::text, EXISTS (
      SELECT FROM pgboss.job AS message WHERE message.name = ${queue} AND message.id = job.id) AS "isInLine"
    FROM ${Prisma.raw(name)} AS job WHERE job.image_id = ANY(${imageIds}::uuid[])`;
  const inLine = new Set(rows.filter(({ isInLine }) => isInLine).map(({ id }) => id));
  const ids = rows.map(({ id }) => id);
  const events = await readAllEvents(table, tx, ids);
  const jobs = await table.find(tx, { where: { id: { in: ids } }, orderBy: { id: "asc" } });
  const histories = jobs.map((job) => ({
    job,
    events: events.get(job.jobId) ?? [],
    isInLine: inLine.has(job.jobId),
  }));
  return Map.groupBy(histories, ({ job }) => job.imageId);
}
