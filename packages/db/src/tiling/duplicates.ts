import { shownName } from "@tilewright/core";
import type { Duplicate, SameBytes, TilingJob } from "@tilewright/core/tiling";
import { Prisma, type PrismaClient } from "../../generated/prisma/client.ts";
import type { Transaction } from "../transaction.ts";
import { toTilingJob } from "./row.ts";
import { isShown } from "./shown.ts";

const shownAndWhole = Prisma.sql`${isShown} AND NOT EXISTS (
  SELECT FROM pyramid_audits AS audit WHERE audit.job_id = job.id AND audit.damage IS NOT NULL)`;

/** The newest job on the same bytes with the same settings whose pyramid is shown, and not known to be damaged. */
export async function findDuplicate(
  prisma: PrismaClient,
  { sourceSha256, sizeBytes, settings, otherThan }: SameBytes,
): Promise<Duplicate | null> {
  const [found] = await prisma.$queryRaw<{ id: string; sourceKey: string }[]>`
    SELECT job.id, image.source_key AS "sourceKey"
    FROM images AS image JOIN tiling_jobs AS job ON job.image_id = image.id
    WHERE image.source_sha256 = ${sourceSha256} AND image.size_bytes = ${sizeBytes}
      AND image.id IS DISTINCT FROM ${otherThan ?? null}::uuid
      AND job.settings = ${JSON.stringify(settings)}::jsonb AND ${shownAndWhole}
    ORDER BY job.id DESC LIMIT 1`;
  const row = found && (await prisma.tilingJob.findUnique({ where: { id: found.id } }));
  return row ? { job: toTilingJob(row), sourceKey: found.sourceKey } : null;
}

/**
 * Keeps a duplicate as it is until the transaction ends: while its image is locked, neither can the image be deleted
 * nor its pyramid replaced. Images are locked before jobs, and by their ids, so that no two transactions wait for each
 * other.
 *
 * @returns false when it is not a duplicate any more.
 */
export async function lockDuplicate(
  tx: Transaction,
  { job, sourceKey }: Duplicate,
  ownImageId?: string,
): Promise<boolean> {
  const imageIds = [job.imageId, ...(ownImageId ? [ownImageId] : [])];
  await tx.$queryRaw`SELECT FROM images WHERE id = ANY(${imageIds}::uuid[]) ORDER BY id FOR UPDATE`;
  // A statement of its own: it sees what was committed while this one waited for the locks.
  const still = await tx.$queryRaw<unknown[]>`
    SELECT FROM images AS image JOIN tiling_jobs AS job ON job.image_id = image.id
    WHERE job.id = ${job.jobId}::uuid AND image.source_key = ${sourceKey} AND ${shownAndWhole}`;
  return still.length > 0;
}

/** What a job that shows its duplicate's pyramid has in common with it. */
export function pyramidOf({ pyramid, metadataPath, manifestSha256, settings }: TilingJob) {
  if (!pyramid || !settings) throw new Error("A duplicate has a pyramid.");
  const { sizeBytes: pyramidBytes, ...facts } = pyramid;
  const { tileCount: tilesDone, tileCount: tilesTotal } = pyramid;
  const end = { status: "COMPLETED", stage: "PUBLISHING", tilesDone, tilesTotal } as const;
  return { ...facts, pyramidBytes, metadataPath, manifestSha256, settings, ...end };
}

export const reusedDetail = ({ job }: Duplicate) =>
  ({ cause: "REUSED", reason: `The same file was tiled before, as ${shownName(job.datasetName)}.` }) as const;
