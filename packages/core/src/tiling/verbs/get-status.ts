import type { z } from "zod";
import { TilewrightError } from "../../errors.ts";
import { fitting } from "../../page.ts";
import type { Ports } from "../../ports.ts";
import { shownName } from "../../text.ts";
import { failureKinds, remedyFor } from "../failure.ts";
import { isReused, type ListedTilingJob, type TilingJob, type TilingJobEvent, tilesFraction } from "../job.ts";
import { pollAfterMs } from "../pace.ts";
import type { JobOrImage } from "../ports.ts";
import type {
  ListedTiling,
  ListTilingsInput,
  TilingEvent,
  TilingHistory,
  TilingHistoryInput,
  TilingList,
  TilingStatus,
} from "../schemas.ts";

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
  const { limit, ...which } = input;
  const found = await ports.tilingJobs.list({ ...which, limit: limit + 1 });
  const jobs = fitting(await Promise.all(found.map((job) => toListedTiling(ports, job))), limit);
  return { jobs, nextCursor: jobs.length < found.length ? (jobs.at(-1)?.jobId ?? null) : null };
}

/** Every change of status of a job, or of all jobs of an image, oldest first. @throws TilewrightError as getTilingStatus */
export async function getTilingHistory(
  ports: Ports,
  { cursor, ...which }: z.infer<typeof TilingHistoryInput>,
): Promise<z.infer<typeof TilingHistory>> {
  const found = await ports.tilingJobs.history(which, { limit: mostEvents + 1, cursor });
  if (found.length === 0 && cursor === undefined) {
    throw new TilewrightError("jobId" in which ? "JOB_NOT_FOUND" : "IMAGE_NOT_FOUND");
  }
  const events = fitting(found.map(toTilingEvent), mostEvents);
  return { events, nextCursor: events.length < found.length ? (events.at(-1)?.eventId ?? null) : null };
}

const mostEvents = 500;

/** What a status is made of beside its job. */
type StatusPorts = Pick<Ports, "workers" | "now" | "random">;

export const toTilingStatus = async (ports: StatusPorts, job: TilingJob): Promise<TilingStatus> => ({
  ...(await toListedTiling(ports, job)),
  datasetMetadata: job.datasetMetadata,
});

export async function toListedTiling(ports: StatusPorts, job: ListedTilingJob): Promise<ListedTiling> {
  return {
    jobId: job.jobId,
    imageId: job.imageId,
    datasetName: shownName(job.datasetName),
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

async function waitingOf({ workers }: StatusPorts, { status }: ListedTilingJob): Promise<TilingStatus["waiting"]> {
  if (status !== "PENDING") return null;
  return { reason: (await workers.isAnyThere()) ? "IN_LINE" : "NO_WORKER" };
}

function failureOf(job: ListedTilingJob): TilingStatus["failure"] {
  if (job.failureCode === null) return null;
  const { family, sentence } = failureKinds[job.failureCode];
  const remedy = remedyFor(job.failureCode, job.attempt, job.maxAttempts);
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
