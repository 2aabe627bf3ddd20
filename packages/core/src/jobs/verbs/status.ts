import type { z } from "zod";
import { TilewrightError } from "../../errors.ts";
import { fitting, type Page } from "../../page.ts";
import type { Ports } from "../../ports.ts";
import type { Domain } from "../domain.ts";
import type { Job, JobEvent } from "../job.ts";
import { pollAfterMs } from "../pace.ts";
import type { FailureCodeOf, JobOrImage, JobTypes } from "../ports.ts";
import type { JobFailure, StatusFields, Waiting } from "../schemas.ts";
import type { JobStatus } from "../status.ts";

/** What a status is made of beside its job. */
export type StatusPorts = Pick<Ports, "jobs" | "now" | "random" | "lagMs">;

/**
 * Where one job stands; by image, the newest job of that image. What another server has written is seen within half a
 * second.
 *
 * @throws TilewrightError JOB_NOT_FOUND, IMAGE_NOT_FOUND
 */
export async function getJobStatus<T extends JobTypes, Facts extends object, Details extends object>(
  domain: Domain<T, Facts, Details>,
  ports: StatusPorts,
  which: JobOrImage,
): Promise<StatusFields<T> & Facts & Details> {
  const [job] = await domain.jobsOf(ports).findCached([which]);
  if (!job) throw notFound(which);
  return toJobStatus(domain, ports, job);
}

/** Newest first. */
export async function listJobs<T extends JobTypes, Facts extends object>(
  domain: Domain<T, Facts>,
  ports: StatusPorts,
  input: Page & { readonly status?: JobStatus | undefined },
): Promise<{ jobs: (StatusFields<T> & Facts)[]; nextCursor: string | null }> {
  const { limit, ...which } = input;
  const found = await domain.jobsOf(ports).list({ ...which, limit: limit + 1 });
  const jobs = fitting(await Promise.all(found.map((job) => toListedJob(domain, ports, job))), limit);
  return { jobs, nextCursor: jobs.length < found.length ? (jobs.at(-1)?.jobId ?? null) : null };
}

/**
 * Every change of status of a job, or of all jobs of an image, oldest first. @throws TilewrightError as getJobStatus
 */
export async function getJobHistory<T extends JobTypes>(
  domain: Domain<T>,
  ports: StatusPorts,
  { cursor, ...which }: JobOrImage & Pick<Page, "cursor">,
) {
  const found = await domain.jobsOf(ports).history(which, { limit: mostEvents + 1, cursor });
  if (found.length === 0 && cursor === undefined) throw notFound(which);
  const events = fitting(found.map(toEvent), mostEvents);
  return { events, nextCursor: events.length < found.length ? (events.at(-1)?.eventId ?? null) : null };
}

const mostEvents = 500;

export async function toJobStatus<T extends JobTypes, Facts extends object, Details extends object>(
  domain: Domain<T, Facts, Details>,
  ports: StatusPorts,
  job: T["job"],
): Promise<StatusFields<T> & Facts & Details> {
  return { ...(await toListedJob(domain, ports, job)), ...domain.detailsOf(job) };
}

export async function toListedJob<T extends JobTypes, Facts extends object>(
  domain: Domain<T, Facts>,
  ports: StatusPorts,
  job: T["listed"],
): Promise<StatusFields<T> & Facts> {
  return {
    jobId: job.jobId,
    imageId: job.imageId,
    status: job.status,
    stage: job.stage,
    stageFraction: job.status === "COMPLETED" ? 1 : job.stageFraction,
    attempt: job.attempt,
    maxAttempts: job.maxAttempts,
    waiting: await waitingOf(domain, ports, job),
    failure: failureOf(domain, job),
    metadataPath: job.metadataPath,
    version: job.version,
    pollAfterMs: paceOf(ports, job),
    createdAt: job.createdAt.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    finishedAt: job.finishedAt?.toISOString() ?? null,
    updatedAt: job.updatedAt.toISOString(),
    ...domain.factsOf(job),
  };
}

const paceOf = ({ now, random, lagMs }: StatusPorts, { status, updatedAt }: Job): number | null =>
  pollAfterMs(status, now().getTime() - updatedAt.getTime(), random(), lagMs?.());

export async function requireJob<T extends JobTypes>(
  domain: Domain<T>,
  ports: Pick<Ports, "jobs">,
  which: JobOrImage,
): Promise<T["job"]> {
  const job = await domain.jobsOf(ports).find(which);
  if (!job) throw notFound(which);
  return job;
}

const notFound = (which: JobOrImage): TilewrightError =>
  new TilewrightError("jobId" in which ? "JOB_NOT_FOUND" : "IMAGE_NOT_FOUND");

async function waitingOf<T extends JobTypes>(
  domain: Domain<T>,
  ports: StatusPorts,
  job: T["listed"],
): Promise<z.infer<typeof Waiting> | null> {
  if (job.status !== "PENDING") return null;
  return { reason: (await domain.jobsOf(ports).workers.isAnyThere(domain.kindOf?.(job))) ? "IN_LINE" : "NO_WORKER" };
}

function failureOf<T extends JobTypes>({ failures }: Domain<T>, job: T["listed"]): JobFailure<FailureCodeOf<T>> | null {
  const code = job.failureCode as FailureCodeOf<T> | null;
  if (code === null) return null;
  const { family, sentence } = failures.kinds[code];
  const remedy = failures.remedyFor(code, job.attempt, job.maxAttempts);
  return { code, family, sentence, reason: job.failureReason ?? sentence, remedy };
}

const toEvent = <Code extends string>({ detail, at, ...event }: JobEvent<Code>) => ({
  ...event,
  at: at.toISOString(),
  cause: detail.cause,
  workerId: detail.workerId ?? null,
  failureCode: detail.failureCode ?? null,
  reason: detail.reason ?? null,
});
