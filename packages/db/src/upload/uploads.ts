import {
  allowsUpload,
  DatasetMetadata,
  type OpenUploads,
  type TilingJob,
  type Twin,
  type Upload,
  type UploadStatus,
  type Uploads,
} from "@tilewright/core";
import type * as Prisma from "../../generated/prisma/client.ts";
import { newId } from "../ids.ts";
import type { TilingDispatch } from "../tiling/dispatch.ts";
import { toTilingJob } from "../tiling/job-row.ts";
import { submitTiling } from "../tiling/tiling-jobs.ts";
import { recordEvent } from "../tiling/transition.ts";
import { lockTwin, pyramidOf, reusedDetail } from "../tiling/twins.ts";
import { databaseNow, inTransaction, type Transaction } from "../transaction.ts";

/** Names the lock that whoever opens an upload takes. */
const createLockKey = 7_163_904_421;

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
true satisfies Same<UploadStatus, Prisma.UploadStatus>;

/** Uploads on Prisma. */
export class PrismaUploads implements Uploads {
  readonly #prisma: Prisma.PrismaClient;
  readonly #dispatch: TilingDispatch;

  constructor(prisma: Prisma.PrismaClient, dispatch: TilingDispatch) {
    this.#prisma = prisma;
    this.#dispatch = dispatch;
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

  createFrom(twin: Twin, upload: Parameters<Uploads["createFrom"]>[1], maxAttempts: number): Promise<Upload | null> {
    return inTransaction(this.#prisma, async (tx) => {
      if (!(await lockTwin(tx, twin))) return null;
      const { uploadId: id, ...rest } = upload;
      const { sourceKey } = twin;
      const closed = { status: "COMPLETED", closedAt: await databaseNow(tx), sourceKey, storageUploadId: id } as const;
      const row = await tx.upload.create({ data: { id, ...rest, ...closed } });
      await createShared(tx, twin, upload, maxAttempts);
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

  async complete(uploadId: string, maxAttempts: number, announcedSha256?: string): Promise<TilingJob | null> {
    const job = await inTransaction(this.#prisma, async (tx) => {
      const upload = await close(tx, uploadId, "COMPLETED");
      if (!upload) return null;
      const { imageId, fileName, sizeBytes, sourceKey, metadata } = upload;
      const image = { id: imageId, name: fileName, sizeBytes, sourceKey, metadata };
      await tx.image.create({ data: { ...image, announcedSha256: announcedSha256 ?? null } });
      const dataset = { imageId, datasetName: fileName, datasetMetadata: metadata, replacesJobId: null };
      return submitTiling(tx, this.#dispatch, dataset, maxAttempts, { cause: "SUBMITTED" });
    });
    if (job) this.#dispatch.announce();
    return job;
  }

  completeFrom(twin: Twin, uploadId: string, maxAttempts: number): Promise<TilingJob | null> {
    return inTransaction(this.#prisma, async (tx) => {
      const upload = (await lockTwin(tx, twin)) && (await close(tx, uploadId, "COMPLETED"));
      if (!upload) return null;
      await tx.reclaim.create({ data: { imageId: upload.imageId } });
      return createShared(tx, twin, upload, maxAttempts);
    });
  }

  abort(uploadId: string): Promise<Upload | null> {
    return inTransaction(this.#prisma, (tx) => close(tx, uploadId, "ABORTED"));
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

/** An image on the source of a twin that is locked, and its job, which begins with its end: the twin's pyramid. */
async function createShared(
  tx: Transaction,
  twin: Twin,
  { imageId, fileName: name, metadata, sizeBytes }: Pick<Upload, "imageId" | "fileName" | "metadata" | "sizeBytes">,
  maxAttempts: number,
): Promise<TilingJob> {
  const { sourceSha256 } = await tx.image.findUniqueOrThrow({ where: { id: twin.job.imageId } });
  const { sourceKey } = twin;
  await tx.image.create({ data: { id: imageId, name, sizeBytes, sourceKey, sourceSha256, metadata } });
  const dataset = { imageId, datasetName: name, datasetMetadata: metadata };
  const end = { ...pyramidOf(twin.job), maxAttempts, finishedAt: await databaseNow(tx) };
  const job = toTilingJob(await tx.tilingJob.create({ data: { id: newId(), ...dataset, ...end } }));
  await recordEvent(tx, job, null, reusedDetail(twin));
  return job;
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
