import type { ImageHistory, JobHistory } from "@tilewright/core";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import { createPrisma } from "../prisma.ts";
import { databaseNow, type Transaction } from "../transaction.ts";
import { tilingQueue } from "./dispatch.ts";
import { toTilingJob, toTilingJobEvent } from "./job-row.ts";

/** Some images, all as of one moment of the database. */
export interface HistoryPage {
  readonly now: Date;
  readonly histories: readonly ImageHistory[];
}

/** Everything that was ever acknowledged, read page by page and never changed. */
export interface TilingHistories {
  pages(): AsyncIterable<HistoryPage>;
  /** Whether the image is still there: it may have been deleted since its page was read. */
  exists(imageId: string): Promise<boolean>;
  close(): Promise<void>;
}

const pageSize = 200;

/** Opens a database for reading only; a service may be running on it. */
export function openHistories(url: string, onError: (error: Error) => void): TilingHistories {
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
  const jobs = await readJobs(
    tx,
    rows.map(({ imageId }) => imageId),
  );
  return { now, histories: rows.map((row) => ({ ...row, jobs: jobs.get(row.imageId) ?? [] })) };
}

/** By image. */
async function readJobs(tx: Transaction, imageIds: string[]): Promise<Map<string, JobHistory[]>> {
  const rows = await tx.tilingJob.findMany({
    where: { imageId: { in: imageIds } },
    include: { events: { orderBy: { id: "asc" } } },
    orderBy: { id: "asc" },
  });
  const messages = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM pgboss.job WHERE name = ${tilingQueue.name} AND id = ANY(${rows.map(({ id }) => id)}::uuid[])`;
  const inLine = new Set(messages.map(({ id }) => id));
  const histories = rows.map(
    ({ events, ...row }): JobHistory => ({
      job: toTilingJob(row),
      events: events.map(toTilingJobEvent),
      isInLine: inLine.has(row.id),
    }),
  );
  return Map.groupBy(histories, ({ job }) => job.imageId);
}
