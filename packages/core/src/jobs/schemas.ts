import { z } from "zod";
import { line, text } from "../text.ts";
import { type FailureFamily, type Failures, failureFamilies } from "./failure.ts";
import { transitionCauses } from "./job.ts";
import type { FailureCodeOf, JobTypes } from "./ports.ts";
import { jobStatuses, type Stages } from "./status.ts";

/** As large as PostgreSQL's integers. */
export const count = z.int32().min(0);
export const fraction = z.number().min(0).max(1);

/** Why a job is not worked on: others come first, or there is nobody to do it. */
export const waitingReasons = ["IN_LINE", "NO_WORKER"] as const;
export const Waiting = z.object({ reason: z.enum(waitingReasons) });

export const JobOrImageInput = z.union([z.strictObject({ jobId: z.uuid() }), z.strictObject({ imageId: z.uuid() })]);
export const JobInput = z.strictObject({ jobId: z.uuid() });

const heldJob = { jobId: z.uuid(), attempt: count.min(1) };
export const HeldJobInput = z.strictObject(heldJob);
export const HeartbeatOutput = z.object({ leaseMs: count });

const eventCursor = z
  .string()
  .regex(/^\d{1,18}$/)
  .optional();
export const JobHistoryInput = z.union([
  z.strictObject({ jobId: z.uuid(), cursor: eventCursor }),
  z.strictObject({ imageId: z.uuid(), cursor: eventCursor }),
]);

export const ListJobsInput = z
  .strictObject({
    status: z.enum(jobStatuses).optional(),
    limit: z.int().min(1).max(100).default(50),
    cursor: z.uuid().optional(),
  })
  .prefault({});

export const ClaimInput = z.strictObject({
  workerId: line(200).min(1),
  /** Made up by the worker for each job that it asks for: when an answer was lost, the same id gets the same job. */
  claimId: z.uuid().optional(),
  /** How long the call may wait for work, in milliseconds. */
  waitMs: z.int().min(0).max(30_000).default(20_000),
});

/** The part of a status that is the engine's, in types: `jobSchemas` has it as a schema. */
export interface StatusFields<T extends JobTypes> {
  jobId: string;
  imageId: string;
  status: T["job"]["status"];
  stage: T["job"]["stage"];
  stageFraction: number;
  attempt: number;
  maxAttempts: number;
  waiting: z.infer<typeof Waiting> | null;
  failure: JobFailure<FailureCodeOf<T>> | null;
  metadataPath: string | null;
  version: number;
  pollAfterMs: number | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  updatedAt: string;
}

export interface JobFailure<Code extends string> {
  code: Code;
  family: FailureFamily;
  sentence: string;
  reason: string;
  remedy: string;
}

/**
 * What every domain's calls take and give, made from what is the domain's own. Times are ISO 8601 in UTC, by the
 * database's clock.
 */
export function jobSchemas<
  S extends Stages,
  Code extends string,
  Facts extends z.ZodRawShape,
  Details extends z.ZodRawShape,
  Order extends z.ZodRawShape,
  Progress extends z.ZodRawShape,
>(domain: {
  readonly stages: S;
  readonly failures: Failures<Code>;
  /** What a status says beside what the engine says. */
  readonly facts: Facts;
  /** What only the status of one job says: lists leave it out. */
  readonly details: Details;
  /** What an assignment says beside what the engine says. */
  readonly order: Order;
  /** What a heartbeat tells beside the stage. */
  readonly progress: Progress;
}) {
  const stage = z.enum(domain.stages);
  const code = z.enum(domain.failures.codes);
  const Failure = z.object({
    code,
    family: z.enum(failureFamilies),
    /** What this kind of failure is, for people. */
    sentence: z.string(),
    /** What happened to this image, for people. */
    reason: z.string(),
    /** What to do about it. */
    remedy: z.string(),
  });
  /** As lists have it. */
  const Listed = z.object({
    jobId: z.uuid(),
    imageId: z.uuid(),
    status: z.enum(jobStatuses),
    stage,
    /** How much of the stage's own work is done, 0 to 1. */
    stageFraction: fraction,
    attempt: count,
    maxAttempts: count,
    /** Of a PENDING job alone. It may change without the version. */
    waiting: Waiting.nullable(),
    failure: Failure.nullable(),
    metadataPath: z.string().nullable(),
    /** Changes whenever anything visible changes. */
    version: count,
    /** When to ask again, in milliseconds; null when nothing will change any more. */
    pollAfterMs: count.nullable(),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
    updatedAt: z.iso.datetime(),
    ...domain.facts,
  });
  const Event = z.object({
    eventId: z.string(),
    jobId: z.uuid(),
    attempt: count,
    from: z.enum(jobStatuses).nullable(),
    to: z.enum(jobStatuses),
    at: z.iso.datetime(),
    cause: z.enum(transitionCauses),
    workerId: z.string().nullable(),
    failureCode: code.nullable(),
    reason: z.string().nullable(),
  });
  const Assignment = z.object({
    jobId: z.uuid(),
    imageId: z.uuid(),
    attempt: count.min(1),
    /** Everything this attempt writes to the object store goes under this prefix. */
    outputPrefix: z.string(),
    leaseMs: count,
    heartbeatMs: count,
    ...domain.order,
  });
  return {
    Failure,
    Listed,
    /** What every watcher of a job sees. */
    Status: z.object({ ...Listed.shape, ...domain.details }),
    /** There may be fewer than asked for where they take much room; `nextCursor` says whether there are more. */
    List: z.object({ jobs: z.array(Listed), nextCursor: z.uuid().nullable() }),
    Event,
    /** `nextCursor` is null where these are the last events. */
    History: z.object({ events: z.array(Event), nextCursor: z.string().nullable() }),
    Assignment,
    ClaimOutput: z.object({ assignment: Assignment.nullable() }),
    HeartbeatInput: z.strictObject({
      ...heldJob,
      stage,
      /** As in the status. */
      stageFraction: fraction.optional(),
      ...domain.progress,
    }),
    MarkFailedInput: z.strictObject({
      ...heldJob,
      code: z.enum(domain.failures.workerCodes),
      reason: text(2_000).min(1),
      /** With SCRATCH_FULL: others hold the worker's disk, and the job may well find room another time. */
      awaitsRoom: z.boolean().optional(),
    }),
  };
}
