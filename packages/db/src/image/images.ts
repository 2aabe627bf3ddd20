import { type DatasetMetadata, type Image, type Images, type ImageWithTiling, imageOf } from "@tilewright/core";
import type { Prisma, PrismaClient } from "../../generated/prisma/client.ts";
import type { TilingDispatch } from "../tiling/dispatch.ts";
import { toTilingJob } from "../tiling/job-row.ts";
import { inTransaction } from "../transaction.ts";

const withNewestJob = { jobs: { orderBy: { id: "desc" }, take: 1 } } as const satisfies Prisma.ImageInclude;
type ImageRow = Prisma.ImageGetPayload<{ include: typeof withNewestJob }>;

/** Images on Prisma. */
export class PrismaImages implements Images {
  readonly #prisma: PrismaClient;
  readonly #dispatch: TilingDispatch;

  constructor(prisma: PrismaClient, dispatch: TilingDispatch) {
    this.#prisma = prisma;
    this.#dispatch = dispatch;
  }

  async find(imageId: string): Promise<ImageWithTiling | null> {
    const row = await this.#prisma.image.findUnique({ where: { id: imageId }, include: withNewestJob });
    return row && toImageWithTiling(row);
  }

  async isSizeKnown(sizeBytes: number): Promise<boolean> {
    return (await this.#prisma.image.count({ where: { sizeBytes, sourceSha256: { not: null } }, take: 1 })) > 0;
  }

  async list({ limit, cursor }: Parameters<Images["list"]>[0]): Promise<ImageWithTiling[]> {
    const rows = await this.#prisma.image.findMany({
      ...(cursor && { where: { id: { lt: cursor } } }),
      include: withNewestJob,
      orderBy: { id: "desc" },
      take: limit,
    });
    return rows.map(toImageWithTiling);
  }

  delete(imageId: string): Promise<boolean> {
    return inTransaction(this.#prisma, async (tx) => {
      // From here on no retry can add a job: it would have to refer to this row.
      const [image] = await tx.$queryRaw<{ sourceKey: string }[]>`
        SELECT source_key AS "sourceKey" FROM images WHERE id = ${imageId}::uuid FOR UPDATE`;
      if (!image) return false;
      const jobs = await tx.$queryRaw<{ id: string; metadataPath: string | null }[]>`
        DELETE FROM tiling_jobs WHERE image_id = ${imageId}::uuid RETURNING id, metadata_path AS "metadataPath"`;
      for (const { id } of jobs) await this.#dispatch.remove(tx, id);
      await tx.image.delete({ where: { id: imageId } });
      await tx.upload.deleteMany({ where: { imageId } });
      const shared = [image.sourceKey, ...jobs.flatMap(({ metadataPath }) => metadataPath ?? [])].map(imageOf);
      const imageIds = new Set([imageId, ...shared.filter((id) => id !== null)]);
      await tx.reclaim.createMany({ data: [...imageIds].map((each) => ({ imageId: each })) });
      return true;
    });
  }

  async findReclaims(limit: number): Promise<{ reclaimId: bigint; imageId: string }[]> {
    const rows = await this.#prisma.reclaim.findMany({ orderBy: { id: "asc" }, take: limit });
    return rows.map(({ id, imageId }) => ({ reclaimId: id, imageId }));
  }

  async forgetReclaim(reclaimId: bigint): Promise<void> {
    await this.#prisma.reclaim.deleteMany({ where: { id: reclaimId } });
  }
}

function toImageWithTiling(row: ImageRow): ImageWithTiling {
  const [job] = row.jobs;
  if (!job) throw new Error(`The image ${row.id} has no tiling job.`);
  return { image: toImage(row), job: toTilingJob(job) };
}

const toImage = (row: ImageRow): Image => ({
  imageId: row.id,
  name: row.name,
  sizeBytes: Number(row.sizeBytes),
  sourceKey: row.sourceKey,
  sourceSha256: row.sourceSha256,
  metadata: row.metadata as DatasetMetadata,
  createdAt: row.createdAt,
});
