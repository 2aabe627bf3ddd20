import type { Duplicate, SameBytes, TilingJob, TilingJobs, TilingTypes } from "@tilewright/core/tiling";
import { Prisma, type PrismaClient } from "../../generated/prisma/client.ts";
import { noteJobChange } from "../jobs/changes.ts";
import type { JobDispatch } from "../jobs/dispatch.ts";
import { PrismaJobs } from "../jobs/prisma-jobs.ts";
import { databaseNow, inTransaction } from "../transaction.ts";
import type { AfterTiling } from "./after-tiling.ts";
import { findDuplicate, lockDuplicate, pyramidOf, reusedDetail } from "./duplicates.ts";
import { toTilingJob } from "./row.ts";
import { type TilingColumns, type TilingRequest, tilingTable } from "./table.ts";

/** TilingJobs on Prisma: what is done to tilings alone. */
export class PrismaTilingJobs extends PrismaJobs<TilingTypes, TilingRequest, TilingColumns> implements TilingJobs {
  readonly #afterTiling: AfterTiling;

  constructor(prisma: PrismaClient, dispatch: JobDispatch, afterTiling: AfterTiling) {
    super(prisma, tilingTable, dispatch);
    this.#afterTiling = afterTiling;
  }

  async findShown(jobId: string): Promise<TilingJob | null> {
    const row = await this.prisma.tilingJob.findUnique({ where: { id: jobId } });
    if (!row) return null;
    const newer = { imageId: row.imageId, status: "COMPLETED", id: { gt: jobId } } as const;
    return (await this.prisma.tilingJob.count({ where: newer, take: 1 })) > 0 ? null : toTilingJob(row);
  }

  async findFirst(imageId: string): Promise<TilingJob | null> {
    const row = await this.prisma.tilingJob.findFirst({ where: { imageId }, orderBy: { id: "asc" } });
    return row && toTilingJob(row);
  }

  async showPreview({ jobId, attempt, preview }: Parameters<TilingJobs["showPreview"]>[0]): Promise<TilingJob | null> {
    return inTransaction(this.prisma, async (tx) => {
      const [row] = await tx.tilingJob.updateManyAndReturn({
        where: { id: jobId, attempt, status: "IN_PROGRESS" },
        data: { preview, version: { increment: 1 }, updatedAt: await databaseNow(tx) },
      });
      if (!row) return null;
      noteJobChange(tilingTable, tx, { jobId, imageId: row.imageId });
      return toTilingJob(row);
    });
  }

  complete(end: Parameters<TilingJobs["complete"]>[0]): Promise<TilingJob | null> {
    const { jobId, metadataPath, manifestSha256 = null, settings, sourceSha256, pyramid } = end;
    const { sizeBytes: pyramidBytes, ...facts } = pyramid;
    const { tileCount: tilesDone, tileCount: tilesTotal } = facts;
    return inTransaction(this.prisma, async (tx) => {
      // Everybody locks an image before its jobs. Who is sharing the pyramid that this one replaces comes first.
      await tx.$queryRaw`
        SELECT FROM images WHERE id = (SELECT image_id FROM tiling_jobs WHERE id = ${jobId}::uuid) FOR UPDATE`;
      const made = { metadataPath, manifestSha256, settings: settings ?? Prisma.DbNull, stage: "PUBLISHING" } as const;
      const result = { ...facts, ...made, pyramidBytes, tilesDone, tilesTotal };
      const job = await this.finish(tx, end, { cause: "COMPLETED" }, result);
      if (!job) return null;
      const { imageId } = job;
      if (sourceSha256) await tx.image.update({ where: { id: imageId }, data: { sourceSha256 } });
      await this.#afterTiling(tx, imageId);
      return job;
    });
  }

  findDuplicate(bytes: SameBytes): Promise<Duplicate | null> {
    return findDuplicate(this.prisma, bytes);
  }

  completeAs(end: Parameters<TilingJobs["completeAs"]>[0]): Promise<TilingJob | null> {
    const { jobId, sourceSha256, duplicate } = end;
    return inTransaction(this.prisma, async (tx) => {
      const held = await tx.tilingJob.findUnique({ where: { id: jobId } });
      if (!held || !(await lockDuplicate(tx, duplicate, held.imageId))) return null;
      const { status: _, ...result } = pyramidOf(duplicate.job);
      const job = await this.finish(tx, end, reusedDetail(duplicate), { ...result, preview: Prisma.DbNull });
      if (!job) return null;
      const { imageId } = job;
      await tx.image.update({ where: { id: imageId }, data: { sourceKey: duplicate.sourceKey, sourceSha256 } });
      await tx.reclaim.create({ data: { imageId } });
      await this.#afterTiling(tx, imageId);
      return job;
    });
  }
}
