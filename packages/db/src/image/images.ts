import {
  DatasetMetadata,
  type Image,
  type Images,
  type ImageWithTiling,
  imageOf,
  type ListedImageWithTiling,
} from "@tilewright/core";
import type { Prisma, PrismaClient } from "../../generated/prisma/client.ts";
import type { TilingDispatch } from "../tiling/dispatch.ts";
import { toListedTilingJob, toTilingJob } from "../tiling/job-row.ts";
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

  async list({ limit, cursor }: Parameters<Images["list"]>[0]): Promise<ListedImageWithTiling[]> {
    const rows = await this.#prisma.image.findMany({
      ...(cursor && { where: { id: { lt: cursor } } }),
      omit: { metadata: true },
      include: { jobs: { ...withNewestJob.jobs, omit: { datasetMetadata: true } } },
      orderBy: { id: "desc" },
      take: limit,
    });
    return rows.map((row) => ({ image: toListedImage(row), job: toListedTilingJob(newestOf(row)) }));
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

const toImageWithTiling = (row: ImageRow): ImageWithTiling => ({
  image: { ...toListedImage(row), metadata: DatasetMetadata.parse(row.metadata) },
  job: toTilingJob(newestOf(row)),
});

function newestOf<Job>({ id, jobs: [job] }: { readonly id: string; readonly jobs: readonly Job[] }): Job {
  if (!job) throw new Error(`The image ${id} has no tiling job.`);
  return job;
}

const toListedImage = (row: Omit<Prisma.ImageGetPayload<object>, "metadata">): Omit<Image, "metadata"> => ({
  imageId: row.id,
  name: row.name,
  sizeBytes: Number(row.sizeBytes),
  sourceKey: row.sourceKey,
  sourceSha256: row.sourceSha256,
  createdAt: row.createdAt,
});
