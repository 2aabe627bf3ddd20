import type {
  Claim,
  FailureCodeOf,
  JobOrImage,
  Jobs,
  JobTypes,
  TransitionDetail,
  Workers,
} from "@tilewright/core/jobs";
import { waitingStage } from "@tilewright/core/jobs";
import { Prisma, type PrismaClient } from "../../generated/prisma/client.ts";
import { inTransaction, type Transaction } from "../transaction.ts";
import { tellingAbsence } from "../unavailable.ts";
import { onJobChange } from "./changes.ts";
import { claimAgain, claimNext, JobIsHeldError } from "./claim.ts";
import type { JobDispatch } from "./dispatch.ts";
import { readEvents } from "./events.ts";
import { heartbeat } from "./heartbeat.ts";
import type { JobRequest, JobTable, MoveOf } from "./job-table.ts";
import { CachedJobs } from "./reads/cached-jobs.ts";
import { lookAtVersions } from "./reads/look.ts";
import { reconcileQueue } from "./reconcile-queue.ts";
import { submitJob } from "./submit.ts";
import { transition } from "./transition.ts";
import { PrismaWorkers } from "./workers.ts";

/** Jobs on Prisma and pg-boss, over the table of a domain. */
export class PrismaJobs<T extends JobTypes, R extends JobRequest, Own extends object> implements Jobs<T> {
  readonly workers: Workers;
  protected readonly prisma: PrismaClient;
  protected readonly table: JobTable<T, R, Own>;
  readonly #dispatch: JobDispatch;
  readonly #cached: CachedJobs<T["job"]>;

  constructor(prisma: PrismaClient, table: JobTable<T, R, Own>, dispatch: JobDispatch) {
    this.workers = tellingAbsence(new PrismaWorkers(prisma, table, dispatch.everywhere));
    this.prisma = prisma;
    this.table = table;
    this.#dispatch = dispatch;
    this.#cached = new CachedJobs<T["job"]>({
      lookAtVersions: (keys) => lookAtVersions(table, prisma, keys),
      find: (jobIds) => table.find(prisma, { where: { id: { in: [...jobIds] } }, orderBy: { id: "asc" } }),
    });
    onJobChange(prisma, (change) => {
      if (change.table === table.names.jobs) this.#cached.forget(change);
    });
  }

  findCached(asked: readonly JobOrImage[]): Promise<(T["job"] | null)[]> {
    return this.#cached.find(asked);
  }

  async find(which: JobOrImage): Promise<T["job"] | null> {
    const where = "jobId" in which ? { id: which.jobId } : { imageId: which.imageId };
    const [job] = await this.table.find(this.prisma, { where, orderBy: { id: "desc" }, take: 1 });
    return job ?? null;
  }

  async findSuccessor(job: T["job"]): Promise<T["job"] | null> {
    const where = this.table.alike?.(job) ?? { imageId: job.imageId };
    const [newest] = await this.table.find(this.prisma, { where, orderBy: { id: "desc" }, take: 1 });
    return newest ?? null;
  }

  async findNewest(imageIds: readonly string[]): Promise<T["listed"][]> {
    const newest = await this.prisma.$queryRaw<{ id: string }[]>`
      SELECT DISTINCT ON (image_id) id FROM ${Prisma.raw(this.table.names.jobs)}
      WHERE image_id = ANY(${imageIds}::uuid[]) ORDER BY image_id, id DESC`;
    return this.table.list(this.prisma, { where: { id: { in: newest.map(({ id }) => id) } }, orderBy: { id: "desc" } });
  }

  list({ status, limit, cursor }: Parameters<Jobs["list"]>[0]): Promise<T["listed"][]> {
    const where = { ...(status && { status }), ...(cursor && { id: { lt: cursor } }) };
    return this.table.list(this.prisma, { where, orderBy: { id: "desc" }, take: limit });
  }

  history(which: JobOrImage, page: Parameters<Jobs["history"]>[1]) {
    return readEvents<FailureCodeOf<T>>(this.table, this.prisma, which, page);
  }

  async resubmit(failed: T["job"], maxAttempts: number): Promise<T["job"] | null> {
    const { table } = this;
    const detail = { cause: "RETRIED" } as const;
    try {
      return await this.#announcing((tx) =>
        submitJob(table, tx, this.#dispatch, table.again(failed), maxAttempts, detail),
      );
    } catch (error) {
      if (hasCode(error, uniqueViolation, foreignKeyViolation)) return null;
      throw error;
    }
  }

  async claim(claim: Claim): Promise<T["claimed"] | null> {
    const { table } = this;
    if (table.hasKinds !== (claim.kinds !== undefined)) throw new Error("Where there are kinds, a claim names some.");
    try {
      return await inTransaction(
        this.prisma,
        async (tx) => (await claimAgain(table, tx, claim)) ?? claimNext(table, tx, this.#dispatch, claim),
      );
    } catch (error) {
      if (error instanceof JobIsHeldError) return null;
      throw error;
    }
  }

  waitForWork(asker: Pick<Claim, "kinds" | "claimId">, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    return this.#dispatch.waiting.wait(asker, timeoutMs, signal);
  }

  heartbeat(beat: Parameters<Jobs<T>["heartbeat"]>[0]): Promise<boolean> {
    return heartbeat(this.table, this.prisma, beat);
  }

  fail({ jobId, attempt, cause, code, reason, onlyIfExpired }: Parameters<Jobs<T>["fail"]>[0]) {
    return inTransaction(this.prisma, async (tx) => {
      const job = await transition(this.table, tx, {
        jobId,
        attempt,
        onlyIfExpired,
        to: "FAILED",
        detail: { cause, failureCode: code, reason },
        set: (now) => ({
          ...this.table.atFailure,
          failureCode: code,
          failureReason: reason,
          leaseExpiresAt: null,
          finishedAt: now,
        }),
      });
      // A job that an attempt held has no message.
      if (job && attempt === undefined) await this.#dispatch.remove(tx, jobId);
      return job;
    });
  }

  release(pause: Parameters<Jobs<T>["release"]>[0]) {
    const { jobId, attempt, cause, code, reason, delayMs, onlyIfExpired, forgiven } = pause;
    return this.#announcing(async (tx) => {
      const job = await transition(this.table, tx, {
        jobId,
        attempt,
        onlyIfExpired,
        to: "PENDING",
        detail: { cause, failureCode: code, reason },
        set: () => ({
          ...this.table.atStart,
          stage: waitingStage,
          stageFraction: 0,
          workerId: null,
          leaseExpiresAt: null,
          ...(forgiven && { maxAttempts: { increment: 1 } }),
        }),
      });
      if (job) await this.#dispatch.enqueue(tx, jobId, delayMs);
      return job;
    });
  }

  async findExpired(limit: number): Promise<T["job"][]> {
    const expired = await this.prisma.$queryRaw<{ id: string }[]>`
      SELECT id FROM ${Prisma.raw(this.table.names.jobs)}
      WHERE status = 'IN_PROGRESS' AND lease_expires_at < now() ORDER BY id LIMIT ${limit}`;
    if (expired.length === 0) return [];
    const where = { id: { in: expired.map(({ id }) => id) } };
    return this.table.find(this.prisma, { where, orderBy: { id: "asc" } });
  }

  reconcileQueue(limit: number): Promise<number> {
    return reconcileQueue(this.table, this.prisma, this.#dispatch, limit);
  }

  /** To COMPLETED, by the attempt that holds the job: a domain writes its result with it, in the same transaction. */
  protected finish(
    tx: Transaction,
    { jobId, attempt }: { readonly jobId: string; readonly attempt: number },
    detail: TransitionDetail,
    result: Pick<MoveOf<T["job"]>, "metadataPath" | "stage"> & Partial<Own>,
  ): Promise<T["job"] | null> {
    const set = (finishedAt: Date) => ({ ...result, leaseExpiresAt: null, finishedAt });
    return transition(this.table, tx, { jobId, attempt, to: "COMPLETED", detail, set });
  }

  async #announcing<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const result = await inTransaction(this.prisma, work);
    this.#dispatch.announce();
    return result;
  }
}

const uniqueViolation = "P2002";
const foreignKeyViolation = "P2003";

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && codes.includes(error.code);
