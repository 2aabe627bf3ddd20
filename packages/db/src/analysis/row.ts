import {
  type AnalysisFailureCode,
  type AnalysisJob,
  type AnalysisStage,
  AnalysisSummary,
  type LayerType,
  Parameters,
} from "@tilewright/core/analysis";
import type { JobStatus } from "@tilewright/core/jobs";
import type * as Prisma from "../../generated/prisma/client.ts";

// The build fails when the enums of the database and the tables in core drift apart.
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
true satisfies Same<JobStatus, Prisma.AnalysisJobStatus>;
true satisfies Same<AnalysisStage, Prisma.AnalysisStage>;
true satisfies Same<AnalysisFailureCode, Prisma.AnalysisFailureCode>;
true satisfies Same<LayerType, Prisma.AnalysisLayerType>;

export const toAnalysisJob = (row: Prisma.AnalysisJob): AnalysisJob => ({
  jobId: row.id,
  imageId: row.imageId,
  kind: { name: row.kindName, version: row.kind.slice(row.kindName.length + 1), title: row.kindTitle },
  parameters: Parameters.parse(row.parameters),
  parametersSha256: row.parametersSha256,
  pyramidJobId: row.pyramidJobId,
  status: row.status,
  stage: row.stage,
  attempt: row.attempt,
  maxAttempts: row.maxAttempts,
  stageFraction: row.stageFraction,
  failureCode: row.failureCode,
  failureReason: row.failureReason,
  summary: AnalysisSummary.nullable().parse(row.summary),
  metadataPath: row.metadataPath,
  manifestSha256: row.manifestSha256,
  workerId: row.workerId,
  leaseExpiresAt: row.leaseExpiresAt,
  version: row.version,
  createdAt: row.createdAt,
  startedAt: row.startedAt,
  finishedAt: row.finishedAt,
  updatedAt: row.updatedAt,
});
