import { DatasetMetadata } from "@tilewright/core/image";
import type { JobStatus } from "@tilewright/core/jobs";
import {
  type ListedTilingJob,
  PreviewFacts,
  type PyramidFacts,
  PyramidSettings,
  type TileFormat,
  type TilingFailureCode,
  type TilingJob,
  type TilingStage,
} from "@tilewright/core/tiling";
import type * as Prisma from "../../generated/prisma/client.ts";

// The build fails when the enums of the database and the tables in core drift apart.
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
true satisfies Same<JobStatus, Prisma.TilingJobStatus>;
true satisfies Same<TilingStage, Prisma.TilingStage>;
true satisfies Same<TileFormat, Prisma.TileFormat>;
true satisfies Same<TilingFailureCode, Prisma.TilingFailureCode>;

export const toTilingJob = (row: Prisma.TilingJob): TilingJob => ({
  ...toListedTilingJob(row),
  datasetMetadata: DatasetMetadata.parse(row.datasetMetadata),
});

type ListedRow = Omit<Prisma.TilingJob, "datasetMetadata">;

export function toListedTilingJob(row: ListedRow): ListedTilingJob {
  return {
    jobId: row.id,
    imageId: row.imageId,
    datasetName: row.datasetName,
    status: row.status,
    stage: row.stage,
    attempt: row.attempt,
    maxAttempts: row.maxAttempts,
    stageFraction: row.stageFraction,
    tilesDone: row.tilesDone,
    tilesTotal: row.tilesTotal,
    failureCode: row.failureCode,
    failureReason: row.failureReason,
    metadataPath: row.metadataPath,
    settings: PyramidSettings.nullable().parse(row.settings),
    manifestSha256: row.manifestSha256,
    replacesJobId: row.replacesJobId,
    pyramid: toPyramidFacts(row),
    preview: PreviewFacts.nullable().parse(row.preview),
    workerId: row.workerId,
    leaseExpiresAt: row.leaseExpiresAt,
    version: row.version,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    updatedAt: row.updatedAt,
  };
}

function toPyramidFacts(row: ListedRow): PyramidFacts | null {
  const { widthPx, heightPx, levelCount, tileSizePx, tileFormat, tileCount, pyramidBytes } = row;
  if (widthPx === null || heightPx === null || levelCount === null) return null;
  if (tileSizePx === null || tileFormat === null || tileCount === null || pyramidBytes === null) return null;
  return { widthPx, heightPx, levelCount, tileSizePx, tileFormat, tileCount, sizeBytes: Number(pyramidBytes) };
}
