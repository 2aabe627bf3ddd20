import type { AnalysisJob, AnalysisJobs, AnalysisRequest, AnalysisTypes } from "@tilewright/core/analysis";
import { activeStatuses } from "@tilewright/core/jobs";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import { noteJobChange } from "../jobs/changes.ts";
import type { JobDispatch } from "../jobs/dispatch.ts";
import { PrismaJobs } from "../jobs/prisma-jobs.ts";
import { submitJob } from "../jobs/submit.ts";
import { inTransaction, type Transaction } from "../transaction.ts";
import { toAnalysisJob } from "./row.ts";
import { type AnalysisColumns, alike, analysisTable } from "./table.ts";
import { refreshVerdict } from "./verdicts.ts";

/** AnalysisJobs on Prisma: what is done to analyses alone. */
export class PrismaAnalysisJobs
  extends PrismaJobs<AnalysisTypes, AnalysisRequest, AnalysisColumns>
  implements AnalysisJobs
{
  readonly #dispatch: JobDispatch;

  constructor(prisma: PrismaClient, dispatch: JobDispatch) {
    super(prisma, analysisTable, dispatch);
    this.#dispatch = dispatch;
  }

  override async list(page: Parameters<AnalysisJobs["list"]>[0]): Promise<AnalysisJob[]> {
    const { status, imageId, kind, limit, cursor } = page;
    const rows = await this.prisma.analysisJob.findMany({
      where: {
        ...(status && { status }),
        ...(imageId && { imageId }),
        ...(kind && { kindName: kind }),
        ...(cursor && { id: { lt: cursor } }),
      },
      orderBy: { id: "desc" },
      take: limit,
    });
    return rows.map(toAnalysisJob);
  }

  async submit(request: AnalysisRequest, maxAttempts: number): Promise<AnalysisJob> {
    const job = await inTransaction(this.prisma, async (tx) => {
      // Whoever asks the same at this moment waits here, and finds that job.
      await lockImage(tx, request.imageId);
      const where = { ...alike(request), status: { in: [...activeStatuses] } };
      const active = await tx.analysisJob.findFirst({ where });
      if (active) return toAnalysisJob(active);
      return submitJob(analysisTable, tx, this.#dispatch, request, maxAttempts, { cause: "SUBMITTED" });
    });
    this.#dispatch.announce();
    return job;
  }

  complete(end: Parameters<AnalysisJobs["complete"]>[0]): Promise<AnalysisJob | null> {
    const { jobId, metadataPath, manifestSha256, summary } = end;
    return inTransaction(this.prisma, async (tx) => {
      const row = await tx.analysisJob.findUnique({ where: { id: jobId }, select: { imageId: true } });
      // Everybody locks an image before its jobs.
      if (row) await lockImage(tx, row.imageId);
      const result = { metadataPath, manifestSha256, summary, stage: "PUBLISHING" } as const;
      const job = await this.finish(tx, end, { cause: "COMPLETED" }, result);
      if (job) await refreshVerdict(tx, job.imageId, job.kind.name);
      return job;
    });
  }

  remove(jobId: string): Promise<boolean> {
    return inTransaction(this.prisma, async (tx) => {
      const row = await tx.analysisJob.findUnique({ where: { id: jobId } });
      if (!row) return false;
      await lockImage(tx, row.imageId);
      const { count } = await tx.analysisJob.deleteMany({
        where: { id: jobId, status: { in: ["COMPLETED", "FAILED"] } },
      });
      if (count === 0) return false;
      noteJobChange(analysisTable, tx, { jobId, imageId: row.imageId });
      await refreshVerdict(tx, row.imageId, row.kindName);
      await tx.reclaim.create({ data: { imageId: row.imageId } });
      return true;
    });
  }
}

const lockImage = (tx: Transaction, imageId: string) =>
  tx.$queryRaw`SELECT FROM images WHERE id = ${imageId}::uuid FOR UPDATE`;
