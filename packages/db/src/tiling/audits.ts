import type { PyramidAudits, TilingJob } from "@tilewright/core/tiling";
import type { PrismaClient, TilingJob as TilingJobRow } from "../../generated/prisma/client.ts";
import type { JobDispatch } from "../jobs/dispatch.ts";
import { submitJob } from "../jobs/submit.ts";
import { databaseNow, inTransaction } from "../transaction.ts";
import { toTilingJob } from "./row.ts";
import { isShown } from "./shown.ts";
import { tilingTable } from "./table.ts";

/** PyramidAudits on Prisma. */
export class PrismaPyramidAudits implements PyramidAudits {
  readonly #prisma: PrismaClient;
  readonly #dispatch: JobDispatch;

  constructor(prisma: PrismaClient, dispatch: JobDispatch) {
    this.#prisma = prisma;
    this.#dispatch = dispatch;
  }

  async inTurn(mostBytes: number): Promise<TilingJob[]> {
    const turns = await this.#prisma.$queryRaw<Pick<TilingJobRow, "id">[]>`
      SELECT id FROM (
        SELECT job.id, job.pyramid_bytes, row_number() OVER turns AS turn, sum(job.pyramid_bytes) OVER turns AS bytes
        FROM tiling_jobs AS job LEFT JOIN pyramid_audits AS audit ON audit.job_id = job.id
        WHERE ${isShown}
        WINDOW turns AS (ORDER BY audit.audited_at NULLS FIRST, job.id)) AS shown
      WHERE turn = 1 OR bytes <= ${mostBytes} ORDER BY turn`;
    const rows = await this.#prisma.tilingJob.findMany({ where: { id: { in: turns.map(({ id }) => id) } } });
    const byId = new Map(rows.map((row) => [row.id, toTilingJob(row)]));
    return turns.flatMap(({ id }) => byId.get(id) ?? []);
  }

  async record({ jobId, imageId }: TilingJob, damage: string | null, maxAttempts: number) {
    const recorded = await inTransaction(this.#prisma, async (tx) => {
      // Whoever deletes the image, or adds a job to it, waits; and what they did before is seen.
      await tx.$queryRaw`SELECT FROM images WHERE id = ${imageId}::uuid FOR UPDATE`;
      const newestFirst = await tx.tilingJob.findMany({ where: { imageId }, orderBy: { id: "desc" } });
      const shown = newestFirst.find(({ status }) => status === "COMPLETED");
      if (shown?.id !== jobId) return null;
      const found = { damage, auditedAt: await databaseNow(tx) };
      await tx.pyramidAudit.upsert({ where: { jobId }, create: { jobId, ...found }, update: found });
      if (damage === null || shown !== newestFirst[0]) return { replacement: null };
      const request = { ...tilingTable.again(toTilingJob(shown)), replacesJobId: jobId };
      const detail = { cause: "FOUND_BROKEN", reason: damage } as const;
      return { replacement: await submitJob(tilingTable, tx, this.#dispatch, request, maxAttempts, detail) };
    });
    if (recorded?.replacement) this.#dispatch.announce();
    return recorded;
  }
}
