import type {
  ClaimedTiling,
  JobOrImage,
  ListedTilingJob,
  SameBytes,
  TilingJob,
  TilingJobs,
  TilingStage,
  TransitionDetail,
  Twin,
} from "@tilewright/core";
import { Prisma, type PrismaClient } from "../../generated/prisma/client.ts";
import { newId } from "../ids.ts";
import { databaseNow, inTransaction, type Transaction } from "../transaction.ts";
import { claimAgain, claimNext, JobIsHeldError } from "./claim.ts";
import type { TilingDispatch } from "./dispatch.ts";
import { toListedTilingJob, toTilingJob, toTilingJobEvent } from "./job-row.ts";
import { reconcileQueue } from "./reconcile-queue.ts";
import { recordEvent, transition } from "./transition.ts";
import { findTwin, lockTwin, pyramidOf, reusedDetail } from "./twins.ts";

/** TilingJobs on Prisma and pg-boss. */
export class PrismaTilingJobs implements TilingJobs {
  readonly #prisma: PrismaClient;
  readonly #dispatch: TilingDispatch;

  constructor(prisma: PrismaClient, dispatch: TilingDispatch) {
    this.#prisma = prisma;
    this.#dispatch = dispatch;
  }

  async find(which: JobOrImage): Promise<TilingJob | null> {
    const row = await this.#prisma.tilingJob.findFirst({ where: whereOf(which), orderBy: { id: "desc" } });
    return row && toTilingJob(row);
  }

  async findShown(jobId: string): Promise<TilingJob | null> {
    const row = await this.#prisma.tilingJob.findUnique({ where: { id: jobId } });
    if (!row) return null;
    const newer = { imageId: row.imageId, status: "COMPLETED", id: { gt: jobId } } as const;
    return (await this.#prisma.tilingJob.count({ where: newer, take: 1 })) > 0 ? null : toTilingJob(row);
  }

  async findFirst(imageId: string): Promise<TilingJob | null> {
    const row = await this.#prisma.tilingJob.findFirst({ where: { imageId }, orderBy: { id: "asc" } });
    return row && toTilingJob(row);
  }

  async list({ status, limit, cursor }: Parameters<TilingJobs["list"]>[0]): Promise<ListedTilingJob[]> {
    const rows = await this.#prisma.tilingJob.findMany({
      where: { ...(status && { status }), ...(cursor && { id: { lt: cursor } }) },
      omit: { datasetMetadata: true },
      orderBy: { id: "desc" },
      take: limit,
    });
    return rows.map(toListedTilingJob);
  }

  async history(which: JobOrImage, { limit, cursor }: Parameters<TilingJobs["history"]>[1]) {
    const whose = "jobId" in which ? { jobId: which.jobId } : { job: { imageId: which.imageId } };
    const where = { ...whose, ...(cursor && { id: { gt: BigInt(cursor) } }) };
    const rows = await this.#prisma.tilingJobEvent.findMany({ where, orderBy: { id: "asc" }, take: limit });
    return rows.map(toTilingJobEvent);
  }

  async resubmit(failed: TilingJob, maxAttempts: number): Promise<TilingJob | null> {
    try {
      return await this.#announcing((tx) =>
        submitTiling(tx, this.#dispatch, failed, maxAttempts, { cause: "RETRIED" }),
      );
    } catch (error) {
      if (hasCode(error, uniqueViolation, foreignKeyViolation)) return null;
      throw error;
    }
  }

  async claim(claim: Parameters<TilingJobs["claim"]>[0]): Promise<ClaimedTiling | null> {
    try {
      return await inTransaction(
        this.#prisma,
        async (tx) => (await claimAgain(tx, claim)) ?? claimNext(tx, this.#dispatch, claim),
      );
    } catch (error) {
      if (error instanceof JobIsHeldError) return null;
      throw error;
    }
  }

  waitForWork(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return this.#dispatch.wait(timeoutMs, signal);
  }

  /** One statement without an event; no index covers a column that it writes, so PostgreSQL updates in place. */
  async heartbeat(beat: Parameters<TilingJobs["heartbeat"]>[0]): Promise<boolean> {
    const stage = Prisma.sql`${beat.stage satisfies TilingStage}::"TilingStage"`;
    const fraction = Prisma.sql`${beat.stageFraction}::real`;
    const moved = Prisma.sql`(stage < ${stage} OR stage = ${stage} AND stage_fraction < ${fraction} OR tiles_done < ${beat.tilesDone} OR tiles_total IS DISTINCT FROM COALESCE(${beat.tilesTotal}::int, tiles_total))`;
    const rows = await this.#prisma.$executeRaw`
      UPDATE tiling_jobs SET
        lease_expires_at = now() + ${beat.leaseMs} * interval '1 millisecond',
        stage = GREATEST(stage, ${stage}),
        stage_fraction = CASE
          WHEN stage < ${stage} THEN ${fraction}
          WHEN stage = ${stage} THEN GREATEST(stage_fraction, ${fraction})
          ELSE stage_fraction END,
        tiles_done = GREATEST(tiles_done, ${beat.tilesDone}),
        tiles_total = COALESCE(${beat.tilesTotal}::int, tiles_total),
        version = version + CASE WHEN ${moved} THEN 1 ELSE 0 END,
        updated_at = CASE WHEN ${moved} THEN now() ELSE updated_at END
      WHERE id = ${beat.jobId}::uuid AND attempt = ${beat.attempt} AND status = 'IN_PROGRESS'`;
    return rows > 0;
  }

  async showPreview({ jobId, attempt, preview }: Parameters<TilingJobs["showPreview"]>[0]): Promise<TilingJob | null> {
    return inTransaction(this.#prisma, async (tx) => {
      const [row] = await tx.tilingJob.updateManyAndReturn({
        where: { id: jobId, attempt, status: "IN_PROGRESS" },
        data: { preview, version: { increment: 1 }, updatedAt: await databaseNow(tx) },
      });
      return row ? toTilingJob(row) : null;
    });
  }

  complete(end: Parameters<TilingJobs["complete"]>[0]) {
    const { jobId, attempt, metadataPath, manifestSha256 = null, settings, sourceSha256, pyramid } = end;
    const { sizeBytes, ...facts } = pyramid;
    return inTransaction(this.#prisma, async (tx) => {
      // Everybody locks an image before its jobs. Who is sharing the pyramid that this one replaces comes first.
      await tx.$queryRaw`
        SELECT FROM images WHERE id = (SELECT image_id FROM tiling_jobs WHERE id = ${jobId}::uuid) FOR UPDATE`;
      const job = await transition(tx, {
        jobId,
        attempt,
        to: "COMPLETED",
        detail: { cause: "COMPLETED" },
        set: (now) => ({
          ...facts,
          pyramidBytes: sizeBytes,
          metadataPath,
          manifestSha256,
          settings: settings ?? Prisma.DbNull,
          stage: "PUBLISHING",
          tilesDone: facts.tileCount,
          tilesTotal: facts.tileCount,
          leaseExpiresAt: null,
          finishedAt: now,
        }),
      });
      if (job && sourceSha256) await tx.image.update({ where: { id: job.imageId }, data: { sourceSha256 } });
      return job;
    });
  }

  findTwin(bytes: SameBytes): Promise<Twin | null> {
    return findTwin(this.#prisma, bytes);
  }

  completeAs({ jobId, attempt, sourceSha256, twin }: Parameters<TilingJobs["completeAs"]>[0]) {
    return inTransaction(this.#prisma, async (tx) => {
      const held = await tx.tilingJob.findUnique({ where: { id: jobId } });
      if (!held || !(await lockTwin(tx, twin, held.imageId))) return null;
      const job = await transition(tx, {
        jobId,
        attempt,
        to: "COMPLETED",
        detail: reusedDetail(twin),
        set: (now) => ({ ...pyramidOf(twin.job), preview: Prisma.DbNull, leaseExpiresAt: null, finishedAt: now }),
      });
      if (!job) return null;
      const { imageId } = job;
      await tx.image.update({ where: { id: imageId }, data: { sourceKey: twin.sourceKey, sourceSha256 } });
      await tx.reclaim.create({ data: { imageId } });
      return job;
    });
  }

  fail({ jobId, attempt, cause, code, reason, onlyIfExpired }: Parameters<TilingJobs["fail"]>[0]) {
    return inTransaction(this.#prisma, async (tx) => {
      const job = await transition(tx, {
        jobId,
        attempt,
        onlyIfExpired,
        to: "FAILED",
        detail: { cause, failureCode: code, reason },
        set: (now) => ({
          failureCode: code,
          failureReason: reason,
          preview: Prisma.DbNull,
          leaseExpiresAt: null,
          finishedAt: now,
        }),
      });
      // A job that an attempt held has no message.
      if (job && attempt === undefined) await this.#dispatch.remove(tx, jobId);
      return job;
    });
  }

  release(pause: Parameters<TilingJobs["release"]>[0]) {
    const { jobId, attempt, cause, code, reason, delayMs, onlyIfExpired, forgiven } = pause;
    return this.#announcing(async (tx) => {
      const job = await transition(tx, {
        jobId,
        attempt,
        onlyIfExpired,
        to: "PENDING",
        detail: { cause, failureCode: code, reason },
        set: () => ({
          stage: "QUEUED",
          stageFraction: 0,
          tilesDone: 0,
          tilesTotal: null,
          preview: Prisma.DbNull,
          workerId: null,
          leaseExpiresAt: null,
          ...(forgiven && { maxAttempts: { increment: 1 } }),
        }),
      });
      if (job) await this.#dispatch.enqueue(tx, jobId, delayMs);
      return job;
    });
  }

  async findExpired(limit: number): Promise<TilingJob[]> {
    const expired = await this.#prisma.$queryRaw<{ id: string }[]>`
      SELECT id FROM tiling_jobs WHERE status = 'IN_PROGRESS' AND lease_expires_at < now() ORDER BY id LIMIT ${limit}`;
    const rows = await this.#prisma.tilingJob.findMany({ where: { id: { in: expired.map(({ id }) => id) } } });
    return rows.map(toTilingJob);
  }

  reconcileQueue(limit: number): Promise<number> {
    return reconcileQueue(this.#prisma, this.#dispatch, limit);
  }

  async #announcing<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const result = await inTransaction(this.#prisma, work);
    this.#dispatch.announce();
    return result;
  }
}

type TilingRequest = Pick<TilingJob, "imageId" | "datasetName" | "datasetMetadata" | "replacesJobId">;

/** A new PENDING job with its first event and its message, inside the transaction that asks for it. */
export async function submitTiling(
  tx: Transaction,
  dispatch: TilingDispatch,
  { imageId, datasetName, datasetMetadata, replacesJobId }: TilingRequest,
  maxAttempts: number,
  detail: TransitionDetail,
): Promise<TilingJob> {
  const data = { id: newId(), imageId, datasetName, datasetMetadata, replacesJobId, maxAttempts };
  const job = toTilingJob(await tx.tilingJob.create({ data }));
  await recordEvent(tx, job, null, detail);
  await dispatch.enqueue(tx, job.jobId);
  return job;
}

const whereOf = (which: JobOrImage) => ("jobId" in which ? { id: which.jobId } : { imageId: which.imageId });

const uniqueViolation = "P2002";
const foreignKeyViolation = "P2003";

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && codes.includes(error.code);
