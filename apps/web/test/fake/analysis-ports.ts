import {
  type AnalysisJob,
  type AnalysisJobs,
  type AnalysisKinds,
  type AnalysisRequest,
  isTerminal,
} from "@tilewright/core";
import type { World } from "./world.ts";

/** What the page's procedures reach of analyses. */
export const analysisJobsOf = (world: World): Partial<AnalysisJobs> => ({
  workers: { ask: async () => {}, isAnyThere: async () => world.hasWorker },
  find: async (which) => world.analyses.find((job) => "jobId" in which && job.jobId === which.jobId) ?? null,
  findSuccessor: async () => null,
  list: async ({ imageId, limit, cursor }) => {
    const newestFirst = world.analyses.filter((job) => imageId === undefined || job.imageId === imageId).toReversed();
    const start = cursor === undefined ? 0 : newestFirst.findIndex(({ jobId }) => jobId === cursor) + 1;
    return newestFirst.slice(start, start + limit);
  },
  submit: async (request) => world.addAnalysis(request),
  resubmit: async (failed) => world.addAnalysis(failed),
  fail: async ({ jobId, code, reason }) => {
    const job = world.analyses.find((each) => each.jobId === jobId);
    if (!job || isTerminal(job.status)) return null;
    return world.moveAnalysis(jobId, { status: "FAILED", failureCode: code, failureReason: reason });
  },
  remove: async (jobId) => {
    const index = world.analyses.findIndex((job) => job.jobId === jobId && isTerminal(job.status));
    if (index >= 0) world.analyses.splice(index, 1);
    return index >= 0;
  },
});

export const kindsOf = (world: World): Partial<AnalysisKinds> => ({
  list: async () => world.kinds,
  find: async (name) => {
    const kind = world.kinds.find((each) => each.name === name);
    return kind ? { ...kind, isWithdrawn: false } : null;
  },
});

export const pendingAnalysis = (request: AnalysisRequest, jobId: string, at: Date): AnalysisJob => ({
  jobId,
  imageId: request.imageId,
  kind: { name: request.kind.name, version: request.kind.version, title: request.kind.title },
  parameters: request.parameters,
  parametersSha256: request.parametersSha256,
  pyramidJobId: "0199c0de-0000-7000-8000-00000000000f",
  status: "PENDING",
  stage: "QUEUED",
  stageFraction: 0,
  attempt: 0,
  maxAttempts: 5,
  failureCode: null,
  failureReason: null,
  metadataPath: null,
  manifestSha256: null,
  workerId: null,
  leaseExpiresAt: null,
  summary: null,
  version: 1,
  createdAt: at,
  startedAt: null,
  finishedAt: null,
  updatedAt: at,
});
