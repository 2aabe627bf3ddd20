import { z } from "zod";
import { DatasetMetadata } from "../image/metadata.ts";
import { Sha256 } from "../sha256.ts";
import { line, text } from "../text.ts";
import { type FailureFamily, tilingFailureCodes, workerFailureCodes } from "./failure.ts";
import { transitionCauses } from "./job.ts";
import { PreviewFacts, PyramidFacts } from "./pyramid-facts.ts";
import { PyramidSettings } from "./pyramid-settings.ts";
import { tilingJobStatuses, tilingStages } from "./status.ts";

/** As large as PostgreSQL's integers. */
const count = z.int32().min(0);
const bytes = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const fraction = z.number().min(0).max(1);

export const TilingFailure = z.object({
  code: z.enum(tilingFailureCodes),
  family: z.enum(["data", "system", "user"] satisfies FailureFamily[]),
  /** What this kind of failure is, for people. */
  sentence: z.string(),
  /** What happened to this image, for people. */
  reason: z.string(),
  /** What to do about it. */
  remedy: z.string(),
});

/** Why a job is not worked on: others come first, or there is nobody to do it. */
export const waitingReasons = ["IN_LINE", "NO_WORKER"] as const;

/** What every watcher of a tiling sees. Times are ISO 8601 in UTC, by the database's clock. */
export const TilingStatus = z.object({
  jobId: z.uuid(),
  imageId: z.uuid(),
  datasetName: z.string(),
  datasetMetadata: DatasetMetadata,
  status: z.enum(tilingJobStatuses),
  stage: z.enum(tilingStages),
  /** How much of the stage's own work is done, 0 to 1: bytes fetched, tiles finished, bytes stored. */
  stageFraction: fraction,
  attempt: count,
  maxAttempts: count,
  tilesDone: count,
  tilesTotal: count.nullable(),
  /** Tiles done of all tiles, 0 to 1. */
  progressFraction: fraction,
  /** Of a PENDING job alone. It may change without the version. */
  waiting: z.object({ reason: z.enum(waitingReasons) }).nullable(),
  failure: TilingFailure.nullable(),
  metadataPath: z.string().nullable(),
  /** The job whose pyramid is damaged, and all there is to look at until this one has made another. */
  replacesJobId: z.uuid().nullable(),
  pyramid: PyramidFacts.nullable(),
  /** The same bytes were tiled before, and this is the pyramid of then. */
  isReused: z.boolean(),
  /** Something to look at while the pyramid is being made. */
  preview: PreviewFacts.nullable(),
  /** Changes whenever anything visible changes. */
  version: count,
  /** When to ask again, in milliseconds; null when nothing will change any more. */
  pollAfterMs: count.nullable(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  updatedAt: z.iso.datetime(),
});
export type TilingStatus = z.infer<typeof TilingStatus>;

/** As lists have it: what the uploader said is told one tiling at a time. */
export const ListedTiling = TilingStatus.omit({ datasetMetadata: true });
export type ListedTiling = z.infer<typeof ListedTiling>;

export const JobOrImageInput = z.union([z.strictObject({ jobId: z.uuid() }), z.strictObject({ imageId: z.uuid() })]);
export const JobInput = z.strictObject({ jobId: z.uuid() });

export const ListTilingsInput = z
  .strictObject({
    status: z.enum(tilingJobStatuses).optional(),
    limit: z.int().min(1).max(100).default(50),
    cursor: z.uuid().optional(),
  })
  .prefault({});
/** There may be fewer than asked for where they take much room; `nextCursor` says whether there are more. */
export const TilingList = z.object({ jobs: z.array(ListedTiling), nextCursor: z.uuid().nullable() });

export const TilingEvent = z.object({
  eventId: z.string(),
  jobId: z.uuid(),
  attempt: count,
  from: z.enum(tilingJobStatuses).nullable(),
  to: z.enum(tilingJobStatuses),
  at: z.iso.datetime(),
  cause: z.enum(transitionCauses),
  workerId: z.string().nullable(),
  failureCode: z.enum(tilingFailureCodes).nullable(),
  reason: z.string().nullable(),
});
export type TilingEvent = z.infer<typeof TilingEvent>;
const eventCursor = z
  .string()
  .regex(/^\d{1,18}$/)
  .optional();
export const TilingHistoryInput = z.union([
  z.strictObject({ jobId: z.uuid(), cursor: eventCursor }),
  z.strictObject({ imageId: z.uuid(), cursor: eventCursor }),
]);
/** `nextCursor` is null where these are the last events. */
export const TilingHistory = z.object({ events: z.array(TilingEvent), nextCursor: z.string().nullable() });

export const ClaimTilingInput = z.strictObject({
  workerId: line(200).min(1),
  /** Made up by the worker for each job that it asks for: when an answer was lost, the same id gets the same job. */
  claimId: z.uuid().optional(),
  /** How long the call may wait for work, in milliseconds. */
  waitMs: z.int().min(0).max(30_000).default(20_000),
});
export const TilingAssignment = z.object({
  jobId: z.uuid(),
  imageId: z.uuid(),
  datasetName: z.string(),
  attempt: count.min(1),
  sourceKey: z.string(),
  sourceSizeBytes: bytes,
  /** What a worker has read there before, or else what the sender has announced: other bytes must not be tiled. */
  sourceSha256: Sha256.nullable(),
  /** Everything this attempt writes to the object store goes under this prefix. */
  outputPrefix: z.string(),
  leaseMs: count,
  heartbeatMs: count,
});
export type TilingAssignment = z.infer<typeof TilingAssignment>;
export const ClaimTilingOutput = z.object({ assignment: TilingAssignment.nullable() });

const heldJob = { jobId: z.uuid(), attempt: count.min(1) };

export const HeldTilingInput = z.strictObject(heldJob);

export const TilingHeartbeatInput = z.strictObject({
  ...heldJob,
  stage: z.enum(tilingStages),
  /** As in TilingStatus; by default that of the tiles. */
  stageFraction: fraction.optional(),
  tilesDone: count,
  tilesTotal: count.nullable(),
});
export const TilingHeartbeatOutput = z.object({ leaseMs: count });

export const ShowTilingPreviewInput = z.strictObject({ ...heldJob, preview: PreviewFacts });

export const MarkTilingCompleteInput = z.strictObject({
  ...heldJob,
  metadataPath: line(1_024).min(1),
  /** Of the source as it was read. Without it, the same bytes are not recognised when they come again. */
  sourceSha256: Sha256.optional(),
  /** Of the object under `metadataPath`; checked whenever the pyramid is audited. */
  manifestSha256: Sha256.optional(),
  /** What it was made with. Without them, nobody else's same bytes will share it. */
  settings: PyramidSettings.optional(),
  pyramid: PyramidFacts,
});
export type MarkTilingCompleteInput = z.infer<typeof MarkTilingCompleteInput>;

export const ReuseTilingInput = z.strictObject({
  ...heldJob,
  /** Of the source as this attempt has read it. */
  sourceSha256: Sha256,
  /** What this attempt would make its pyramid with. */
  settings: PyramidSettings,
});

export const MarkTilingFailedInput = z.strictObject({
  ...heldJob,
  code: z.enum(workerFailureCodes),
  reason: text(2_000).min(1),
  /** With SCRATCH_FULL: others hold the worker's disk, and the job may well find room another time. */
  awaitsRoom: z.boolean().optional(),
});
