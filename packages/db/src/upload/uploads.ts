import { domainNames } from "@tilewright/core";
import { DatasetMetadata } from "@tilewright/core/image";
import type { Duplicate } from "@tilewright/core/tiling";
import { allowsUpload, type OpenUploads, type Upload, type UploadStatus, type Uploads } from "@tilewright/core/upload";
import type * as Prisma from "../../generated/prisma/client.ts";
import { type Dispatches, follows } from "../job-tables.ts";
import type { AfterTiling } from "../tiling/after-tiling.ts";
import { lockDuplicate } from "../tiling/duplicates.ts";
import { databaseNow, inTransaction, type Transaction } from "../transaction.ts";

/** Names the lock that whoever opens an upload takes. */
const createLockKey = 7_163_904_421;

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
true satisfies Same<UploadStatus, Prisma.UploadStatus>;

type UploadedImage = Pick<Upload, "imageId" | "fileName" | "sizeBytes" | "metadata">;
/** Where an image's bytes are, and what is known of them. */
type Bytes = Pick<Prisma.Prisma.ImageUncheckedCreateInput, "sourceKey" | "sourceSha256" | "announcedSha256">;

/** Uploads on Prisma. */
export class PrismaUploads implements Uploads {
  readonly #prisma: Prisma.PrismaClient;
  readonly #dispatches: Dispatches;
  readonly #afterTiling: AfterTiling;

  constructor(prisma: Prisma.PrismaClient, dispatches: Dispatches, afterTiling: AfterTiling) {
    this.#prisma = prisma;
    this.#dispatches = dispatches;
    this.#afterTiling = afterTiling;
  }

  create({ uploadId, ...upload }: Parameters<Uploads["create"]>[0], most: OpenUploads): Promise<Upload | null> {
    return inTransaction(this.#prisma, async (tx) => {
      // One after the other, or each would count without the others.
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${createLockKey})`;
      if (!allowsUpload(most, await countOpen(tx), Number(upload.sizeBytes))) return null;
      return toUpload(await tx.upload.create({ data: { id: uploadId, ...upload } }));
    });
  }

  countOpen(): Promise<OpenUploads> {
    return countOpen(this.#prisma);
  }

  createFrom(
    duplicate: Duplicate,
    upload: Parameters<Uploads["createFrom"]>[1],
    maxAttempts: number,
  ): Promise<Upload | null> {
    return inTransaction(this.#prisma, async (tx) => {
      if (!(await lockDuplicate(tx, duplicate))) return null;
      const { uploadId: id, ...rest } = upload;
      const { sourceKey } = duplicate;
      const closed = { status: "COMPLETED", closedAt: await databaseNow(tx), sourceKey, storageUploadId: id } as const;
      const row = await tx.upload.create({ data: { id, ...rest, ...closed } });
      await this.#store(tx, upload, await bytesOf(tx, duplicate), duplicate, maxAttempts);
      return toUpload(row);
    });
  }

  async find(uploadId: string): Promise<Upload | null> {
    const row = await this.#prisma.upload.findUnique({ where: { id: uploadId } });
    return row && toUpload(row);
  }

  async listOpen({ limit, cursor }: Parameters<Uploads["listOpen"]>[0]): Promise<Upload[]> {
    const rows = await this.#prisma.upload.findMany({
      where: { status: "OPEN", ...(cursor && { id: { gt: cursor } }) },
      orderBy: { id: "asc" },
      take: limit,
    });
    return rows.map(toUpload);
  }

  async findOpenFor(ageMs: number, limit: number, afterId?: string): Promise<{ uploads: Upload[]; before: Date }> {
    const before = new Date((await databaseNow(this.#prisma)).getTime() - ageMs);
    const rows = await this.#prisma.upload.findMany({
      where: { status: "OPEN", createdAt: { lt: before }, ...(afterId !== undefined && { id: { gt: afterId } }) },
      orderBy: { id: "asc" },
      take: limit,
    });
    return { uploads: rows.map(toUpload), before };
  }

  async complete(uploadId: string, maxAttempts: number, announcedSha256?: string): Promise<boolean> {
    const isCompleted = await inTransaction(this.#prisma, async (tx) => {
      const upload = await close(tx, uploadId, "COMPLETED");
      if (!upload) return false;
      const { sourceKey } = upload;
      const bytes = { sourceKey, announcedSha256: announcedSha256 ?? null };
      await this.#store(tx, upload, bytes, null, maxAttempts);
      return true;
    });
    if (isCompleted) for (const domain of domainNames) this.#dispatches[domain].announce();
    return isCompleted;
  }

  completeFrom(duplicate: Duplicate, uploadId: string, maxAttempts: number): Promise<boolean> {
    return inTransaction(this.#prisma, async (tx) => {
      const upload = (await lockDuplicate(tx, duplicate)) && (await close(tx, uploadId, "COMPLETED"));
      if (!upload) return false;
      await tx.reclaim.create({ data: { imageId: upload.imageId } });
      await this.#store(tx, upload, await bytesOf(tx, duplicate), duplicate, maxAttempts);
      return true;
    });
  }

  abort(uploadId: string): Promise<Upload | null> {
    return inTransaction(this.#prisma, (tx) => close(tx, uploadId, "ABORTED"));
  }

  /** The image and what follows from it. */
  async #store(tx: Transaction, upload: UploadedImage, bytes: Bytes, duplicate: Duplicate | null, maxAttempts: number) {
    const { imageId: id, fileName: name, sizeBytes, metadata } = upload;
    await tx.image.create({ data: { id, name, sizeBytes, metadata, ...bytes } });
    for (const domain of domainNames) {
      await follows[domain]?.(tx, this.#dispatches[domain], { id, name, metadata, duplicate }, maxAttempts);
    }
    if (duplicate) await this.#afterTiling(tx, id);
  }
}

async function countOpen(tx: Transaction): Promise<OpenUploads> {
  const { _count, _sum } = await tx.upload.aggregate({
    where: { status: "OPEN" },
    _count: true,
    _sum: { sizeBytes: true },
  });
  return { count: _count, sizeBytes: Number(_sum.sizeBytes ?? 0) };
}

/** Those of a duplicate that is locked. */
async function bytesOf(tx: Transaction, { job, sourceKey }: Duplicate): Promise<Bytes> {
  const { sourceSha256 } = await tx.image.findUniqueOrThrow({ where: { id: job.imageId } });
  return { sourceKey, sourceSha256 };
}

async function close(tx: Transaction, uploadId: string, status: "COMPLETED" | "ABORTED"): Promise<Upload | null> {
  const closedAt = await databaseNow(tx);
  const [row] = await tx.upload.updateManyAndReturn({
    where: { id: uploadId, status: "OPEN" },
    data: { status, closedAt },
  });
  return row ? toUpload(row) : null;
}

const toUpload = (row: Prisma.Upload): Upload => ({
  uploadId: row.id,
  imageId: row.imageId,
  fileName: row.fileName,
  sizeBytes: Number(row.sizeBytes),
  partSizeBytes: Number(row.partSizeBytes),
  partCount: row.partCount,
  sourceKey: row.sourceKey,
  storageUploadId: row.storageUploadId,
  metadata: DatasetMetadata.parse(row.metadata),
  status: row.status,
  createdAt: row.createdAt,
});
