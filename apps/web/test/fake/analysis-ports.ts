import type { AnalysisJob, AnalysisJobs, AnalysisKinds, AnalysisRequest, Verdicts } from "@tilewright/core/analysis";
import { isTerminal, type JobOrImage } from "@tilewright/core/jobs";
import type { World } from "./world.ts";

const findAnalysis = (world: World, which: JobOrImage) =>
  world.analyses.find((job) => "jobId" in which && job.jobId === which.jobId) ?? null;

/** What the page's procedures reach of analyses. */
export const analysisJobsOf = (world: World): Partial<AnalysisJobs> => ({
  workers: { ask: async () => {}, isAnyThere: async () => world.hasWorker },
  find: async (which) => findAnalysis(world, which),
  findCached: async (asked) => asked.map((which) => findAnalysis(world, which)),
  findSuccessor: async () => null,
  list: async ({ imageId, status, limit, cursor }) => {
    const isAsked = (job: AnalysisJob) =>
      (imageId === undefined || job.imageId === imageId) && (status === undefined || job.status === status);
    const newestFirst = world.analyses.filter(isAsked).toReversed();
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

const newestOf = (world: World, imageId: string, kind?: string): AnalysisJob[] => {
  const completed = world.analyses.filter((job) => job.imageId === imageId && job.status === "COMPLETED");
  const byKind = new Map(completed.map((job) => [job.kind.name, job]));
  return [...byKind.values()].filter((job) => kind === undefined || job.kind.name === kind);
};

export const verdictsOf = (world: World): Verdicts => ({
  ofImages: async (imageIds) =>
    imageIds.flatMap((imageId) =>
      newestOf(world, imageId).flatMap(({ jobId, kind, summary }) =>
        summary ? [{ imageId, kind: kind.name, jobId, ...summary.verdict }] : [],
      ),
    ),
  sorted: async ({ kind, number, order, after, limit }) => {
    const places = world.images.map(({ imageId }) => {
      const numbers = newestOf(world, imageId, kind)[0]?.summary?.numbers ?? [];
      return { imageId, value: numbers.find(({ name }) => name === number)?.value ?? null };
    });
    const last = order === "asc" ? Infinity : -Infinity;
    const sign = order === "asc" ? 1 : -1;
    const inOrder = places.toSorted((one, other) => sign * ((one.value ?? last) - (other.value ?? last) || 0));
    const start = after === null ? 0 : inOrder.findIndex(({ imageId }) => imageId === after.imageId) + 1;
    return inOrder.slice(start, start + limit);
  },
});
