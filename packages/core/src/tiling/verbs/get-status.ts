import type { z } from "zod";
import { TilewrightError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import { failureKinds } from "../failure.ts";
import { isReused, type TilingJob, type TilingJobEvent, tilesFraction } from "../job.ts";
import { pollAfterMs } from "../pace.ts";
import type { JobOrImage } from "../ports.ts";
import type { ListTilingsInput, TilingEvent, TilingHistory, TilingList, TilingStatus } from "../schemas.ts";

/**
 * Where one tiling stands; by image, the newest tiling of that image.
 *
 * @throws TilewrightError JOB_NOT_FOUND, IMAGE_NOT_FOUND
 */
export async function getTilingStatus(ports: Ports, which: JobOrImage): Promise<TilingStatus> {
  const job = await ports.tilingJobs.find(which);
  if (!job) throw new TilewrightError("jobId" in which ? "JOB_NOT_FOUND" : "IMAGE_NOT_FOUND");
  return toTilingStatus(ports, job);
}

/** Newest first. */
export async function listTilings(
  ports: Ports,
  input: z.infer<typeof ListTilingsInput>,
): Promise<z.infer<typeof TilingList>> {
  const found = await ports.tilingJobs.list({ ...input, limit: input.limit + 1 });
  const jobs = found.slice(0, input.limit);
  const last = found.length > input.limit ? jobs.at(-1) : undefined;
  return { jobs: await Promise.all(jobs.map((job) => toTilingStatus(ports, job))), nextCursor: last?.jobId ?? null };
}

/** Every change of status of a job, or of all jobs of an image, oldest first. @throws TilewrightError as getTilingStatus */
export async function getTilingHistory(ports: Ports, which: JobOrImage): Promise<z.infer<typeof TilingHistory>> {
  const events = await ports.tilingJobs.history(which);
  if (events.length === 0) throw new TilewrightError("jobId" in which ? "JOB_NOT_FOUND" : "IMAGE_NOT_FOUND");
  return { events: events.map(toTilingEvent) };
}

export async function toTilingStatus(
  ports: Pick<Ports, "workers" | "now" | "random">,
  job: TilingJob,
): Promise<TilingStatus> {
  return {
    jobId: job.jobId,
    imageId: job.imageId,
    datasetName: job.datasetName,
    datasetMetadata: job.datasetMetadata,
    status: job.status,
    stage: job.stage,
    stageFraction: job.status === "COMPLETED" ? 1 : job.stageFraction,
    attempt: job.attempt,
    maxAttempts: job.maxAttempts,
    tilesDone: job.tilesDone,
    tilesTotal: job.tilesTotal,
    progressFraction: tilesFraction(job),
    waiting: await waitingOf(ports, job),
    failure: failureOf(job),
    metadataPath: job.metadataPath,
    replacesJobId: job.replacesJobId,
    pyramid: job.pyramid,
    isReused: isReused(job),
    preview: job.preview,
    version: job.version,
    pollAfterMs: pollAfterMs(job.status, ports.now().getTime() - job.updatedAt.getTime(), ports.random()),
    createdAt: job.createdAt.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    finishedAt: job.finishedAt?.toISOString() ?? null,
    updatedAt: job.updatedAt.toISOString(),
  };
}

async function waitingOf({ workers }: Pick<Ports, "workers">, { status }: TilingJob): Promise<TilingStatus["waiting"]> {
  if (status !== "PENDING") return null;
  return { reason: (await workers.isAnyThere()) ? "IN_LINE" : "NO_WORKER" };
}

function failureOf(job: TilingJob): TilingStatus["failure"] {
  if (job.failureCode === null) return null;
  const { family, sentence, remedy } = failureKinds[job.failureCode];
  return { code: job.failureCode, family, sentence, reason: job.failureReason ?? sentence, remedy };
}

const toTilingEvent = ({ detail, at, ...event }: TilingJobEvent): TilingEvent => ({
  ...event,
  at: at.toISOString(),
  cause: detail.cause,
  workerId: detail.workerId ?? null,
  failureCode: detail.failureCode ?? null,
  reason: detail.reason ?? null,
});
