import { domainNames, type JobDomain } from "@tilewright/core";
import { DatasetMetadata, type Image, type Images } from "@tilewright/core/image";
import { imageOf } from "@tilewright/core/storage";
import { Prisma, type PrismaClient } from "../../generated/prisma/client.ts";
import { type Dispatches, jobTables } from "../job-tables.ts";
import { noteJobChange } from "../jobs/changes.ts";
import { inTransaction, type Transaction } from "../transaction.ts";

/** Images on Prisma. */
export class PrismaImages implements Images {
  readonly #prisma: PrismaClient;
  readonly #dispatches: Dispatches;

  constructor(prisma: PrismaClient, dispatches: Dispatches) {
    this.#prisma = prisma;
    this.#dispatches = dispatches;
  }

  async find(imageId: string): Promise<Image | null> {
    const row = await this.#prisma.image.findUnique({ where: { id: imageId } });
    return row && { ...toListedImage(row), metadata: DatasetMetadata.parse(row.metadata) };
  }

  async isSizeKnown(sizeBytes: number): Promise<boolean> {
    return (await this.#prisma.image.count({ where: { sizeBytes, sourceSha256: { not: null } }, take: 1 })) > 0;
  }

  async findAll(imageIds: readonly string[]): Promise<Omit<Image, "metadata">[]> {
    const where = { id: { in: [...imageIds] } };
    return (await this.#prisma.image.findMany({ where, omit: { metadata: true } })).map(toListedImage);
  }

  async list({ limit, cursor }: Parameters<Images["list"]>[0]): Promise<Omit<Image, "metadata">[]> {
    const rows = await this.#prisma.image.findMany({
      ...(cursor && { where: { id: { lt: cursor } } }),
      omit: { metadata: true },
      orderBy: { id: "desc" },
      take: limit,
    });
    return rows.map(toListedImage);
  }

  delete(imageId: string): Promise<boolean> {
    return inTransaction(this.#prisma, async (tx) => {
      // From here on no retry can add a job: it would have to refer to this row.
      const [image] = await tx.$queryRaw<{ sourceKey: string }[]>`
        SELECT source_key AS "sourceKey" FROM images WHERE id = ${imageId}::uuid FOR UPDATE`;
      if (!image) return false;
      const published = [];
      for (const domain of domainNames) published.push(...(await this.#deleteJobs(tx, domain, imageId)));
      await tx.image.delete({ where: { id: imageId } });
      await tx.upload.deleteMany({ where: { imageId } });
      const shared = [image.sourceKey, ...published].map(imageOf);
      const imageIds = new Set([imageId, ...shared.filter((id) => id !== null)]);
      await tx.reclaim.createMany({ data: [...imageIds].map((each) => ({ imageId: each })) });
      return true;
    });
  }

  /** @returns where they have published something. */
  async #deleteJobs(tx: Transaction, domain: JobDomain, imageId: string): Promise<string[]> {
    const jobs = await tx.$queryRaw<{ id: string; metadataPath: string | null }[]>`
      DELETE FROM ${Prisma.raw(jobTables[domain].names.jobs)} WHERE image_id = ${imageId}::uuid
      RETURNING id::text, metadata_path AS "metadataPath"`;
    for (const { id } of jobs) {
      noteJobChange(jobTables[domain], tx, { jobId: id, imageId });
      await this.#dispatches[domain].remove(tx, id);
    }
    return jobs.flatMap(({ metadataPath }) => metadataPath ?? []);
  }

  async findReclaims(limit: number): Promise<{ reclaimId: bigint; imageId: string }[]> {
    const rows = await this.#prisma.reclaim.findMany({ orderBy: { id: "asc" }, take: limit });
    return rows.map(({ id, imageId }) => ({ reclaimId: id, imageId }));
  }

  async forgetReclaim(reclaimId: bigint): Promise<void> {
    await this.#prisma.reclaim.deleteMany({ where: { id: reclaimId } });
  }
}

const toListedImage = (row: Omit<Prisma.ImageGetPayload<object>, "metadata">): Omit<Image, "metadata"> => ({
  imageId: row.id,
  name: row.name,
  sizeBytes: Number(row.sizeBytes),
  sourceKey: row.sourceKey,
  sourceSha256: row.sourceSha256,
  createdAt: row.createdAt,
});
