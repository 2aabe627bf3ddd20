import { jobDomains } from "@tilewright/core";
import { type AnalysisRequest, type AnalysisTypes, analysis, kindText } from "@tilewright/core/analysis";
import { Prisma } from "../../generated/prisma/client.ts";
import type { JobTable } from "../jobs/job-table.ts";
import { toTilingJob } from "../tiling/row.ts";
import { requireFewActive, requireOffered, requirePyramid } from "./conditions.ts";
import { toAnalysisJob } from "./row.ts";

/** What is written of an analysis' own columns when its status changes. */
export type AnalysisColumns = Pick<Prisma.AnalysisJobUpdateManyMutationInput, "summary" | "manifestSha256">;

export const analysisTable: JobTable<AnalysisTypes, AnalysisRequest, AnalysisColumns> = {
  names: {
    jobs: "analysis_jobs",
    events: "analysis_job_events",
    workers: "analysis_workers",
    stage: "AnalysisStage",
    queue: "analyse",
  },
  place: jobDomains.analysis,
  rules: analysis,
  hasKinds: true,
  isInUse: Prisma.sql`(job.status = 'COMPLETED')`,
  atStart: {},
  atFailure: {},
  find: async (tx, query) => (await tx.analysisJob.findMany(query)).map(toAnalysisJob),
  list: async (tx, query) => (await tx.analysisJob.findMany(query)).map(toAnalysisJob),
  create: async (tx, { id, imageId, kind, parameters, parametersSha256, maxAttempts }) => {
    const pyramidJobId = await requirePyramid(tx, imageId);
    await requireOffered(tx, kind);
    await requireFewActive(tx, imageId);
    const asked = { kind: kindText(kind), kindName: kind.name, kindTitle: kind.title, parameters, parametersSha256 };
    return toAnalysisJob(await tx.analysisJob.create({ data: { id, imageId, pyramidJobId, ...asked, maxAttempts } }));
  },
  move: async (tx, where, data) => (await tx.analysisJob.updateManyAndReturn({ where, data })).map(toAnalysisJob),
  handOver: async (tx, job) => ({
    job,
    tiling: toTilingJob(await tx.tilingJob.findUniqueOrThrow({ where: { id: job.pyramidJobId } })),
  }),
  alike,
  again: ({ imageId, kind, parameters, parametersSha256 }) => ({ imageId, kind, parameters, parametersSha256 }),
};

/** Those that ask the same of an image: one at most is active. */
export function alike({ imageId, kind, parametersSha256 }: AnalysisRequest) {
  return { imageId, kindName: kind.name, parametersSha256 };
}
