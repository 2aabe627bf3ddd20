import type { DatasetMetadata, Image, Images, ImageWithTiling } from "@tilewright/core";
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
      const images = await tx.$queryRaw<unknown[]>`SELECT FROM images WHERE id = ${imageId}::uuid FOR UPDATE`;
      if (images.length === 0) return false;
      const jobs = await tx.$queryRaw<{ id: string }[]>`
        DELETE FROM tiling_jobs WHERE image_id = ${imageId}::uuid RETURNING id`;
      for (const { id } of jobs) await this.#dispatch.remove(tx, id);
      await tx.image.delete({ where: { id: imageId } });
      await tx.upload.deleteMany({ where: { imageId } });
      await tx.deletedImage.create({ data: { id: imageId } });
      return true;
    });
  }

  async findDeleted(limit: number): Promise<string[]> {
    const rows = await this.#prisma.deletedImage.findMany({ orderBy: { id: "asc" }, take: limit });
    return rows.map(({ id }) => id);
  }

  async forgetDeleted(imageId: string): Promise<void> {
    await this.#prisma.deletedImage.deleteMany({ where: { id: imageId } });
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
