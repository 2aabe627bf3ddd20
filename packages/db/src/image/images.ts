import type { DatasetMetadata, Image, Images, ImageWithTiling } from "@tilewright/core";
import type { Prisma, PrismaClient } from "../../generated/prisma/client.ts";
import { toTilingJob } from "../tiling/job-row.ts";

const withNewestJob = { jobs: { orderBy: { id: "desc" }, take: 1 } } as const satisfies Prisma.ImageInclude;
type ImageRow = Prisma.ImageGetPayload<{ include: typeof withNewestJob }>;

/** Images on Prisma. */
export class PrismaImages implements Images {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
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
  metadata: row.metadata as DatasetMetadata,
  createdAt: row.createdAt,
});
