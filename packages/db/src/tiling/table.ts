import { jobDomains } from "@tilewright/core";
import { type TilingJob, type TilingTypes, tiling } from "@tilewright/core/tiling";
import { Prisma } from "../../generated/prisma/client.ts";
import type { JobTable } from "../jobs/job-table.ts";
import { toListedTilingJob, toTilingJob } from "./row.ts";
import { isShown } from "./shown.ts";

export type TilingRequest = Pick<TilingJob, "imageId" | "datasetName" | "datasetMetadata" | "replacesJobId">;

/** What is written of a tiling's own columns when its status changes. */
export type TilingColumns = Omit<
  Prisma.TilingJobUpdateManyMutationInput,
  "id" | "status" | "stage" | "stageFraction" | "attempt" | "maxAttempts" | "version"
>;

export const tilingTable: JobTable<TilingTypes, TilingRequest, TilingColumns> = {
  names: {
    jobs: "tiling_jobs",
    events: "tiling_job_events",
    workers: "tiling_workers",
    stage: "TilingStage",
    queue: "tile",
  },
  place: jobDomains.tiling,
  rules: tiling,
  hasKinds: false,
  isInUse: isShown,
  atStart: { tilesDone: 0, tilesTotal: null, preview: Prisma.DbNull },
  atFailure: { preview: Prisma.DbNull },
  find: async (tx, query) => (await tx.tilingJob.findMany(query)).map(toTilingJob),
  list: async (tx, query) =>
    (await tx.tilingJob.findMany({ ...query, omit: { datasetMetadata: true } })).map(toListedTilingJob),
  create: async (tx, data) => toTilingJob(await tx.tilingJob.create({ data })),
  move: async (tx, where, data) => (await tx.tilingJob.updateManyAndReturn({ where, data })).map(toTilingJob),
  handOver: async (tx, job) => {
    const image = await tx.image.findUniqueOrThrow({ where: { id: job.imageId } });
    const { sourceKey, sizeBytes, sourceSha256, announcedSha256 } = image;
    return { job, sourceKey, sourceSizeBytes: Number(sizeBytes), sourceSha256: sourceSha256 ?? announcedSha256 };
  },
  again: ({ imageId, datasetName, datasetMetadata, replacesJobId }) => ({
    imageId,
    datasetName,
    datasetMetadata,
    replacesJobId,
  }),
  advance: ({ tilesDone, tilesTotal }) => ({
    set: Prisma.sql`
      tiles_done = GREATEST(tiles_done, ${tilesDone}), tiles_total = COALESCE(${tilesTotal}::int, tiles_total),`,
    isNews: Prisma.sql`
      tiles_done < ${tilesDone} OR tiles_total IS DISTINCT FROM COALESCE(${tilesTotal}::int, tiles_total)`,
  }),
};
