import type { DatasetMetadata } from "../image/metadata.ts";
import { attemptOf } from "../storage/keys.ts";
import type { TilingFailureCode } from "./failure.ts";
import type { PreviewFacts, PyramidFacts } from "./pyramid-facts.ts";
import type { PyramidSettings } from "./pyramid-settings.ts";
import type { TilingJobStatus, TilingStage } from "./status.ts";

/** One row of `tiling_jobs`. */
export interface TilingJob {
  readonly jobId: string;
  readonly imageId: string;
  readonly datasetName: string;
  readonly datasetMetadata: DatasetMetadata;
  readonly status: TilingJobStatus;
  readonly stage: TilingStage;
  /** Fencing token: 0 before the first claim, then one more with each. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly stageFraction: number;
  readonly tilesDone: number;
  readonly tilesTotal: number | null;
  readonly failureCode: TilingFailureCode | null;
  readonly failureReason: string | null;
  readonly metadataPath: string | null;
  /** What the pyramid was made with. */
  readonly settings: PyramidSettings | null;
  /** Of the object under `metadataPath`. */
  readonly manifestSha256: string | null;
  /** The job of the same image whose pyramid was found broken, and is shown until this one has its own. */
  readonly replacesJobId: string | null;
  readonly pyramid: PyramidFacts | null;
  /** Of the current attempt, once it has published one; stays when the job completes. */
  readonly preview: PreviewFacts | null;
  readonly workerId: string | null;
  readonly leaseExpiresAt: Date | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly updatedAt: Date;
}

/** As lists have it: without what the uploader said. */
export type ListedTilingJob = Omit<TilingJob, "datasetMetadata">;

/** Tiles done of all tiles, 0 to 1. */
export const tilesFraction = ({ tilesDone, tilesTotal }: Pick<TilingJob, "tilesDone" | "tilesTotal">): number =>
  tilesTotal ? Math.min(1, tilesDone / tilesTotal) : 0;

/** True where a job shows the pyramid that another has made of the same bytes. */
export function isReused({ jobId, metadataPath }: Pick<TilingJob, "jobId" | "metadataPath">): boolean {
  const maker = metadataPath === null ? null : attemptOf(metadataPath);
  return maker !== null && maker.jobId !== jobId;
}

/** Why a status changed. */
export const transitionCauses = [
  "SUBMITTED",
  "RETRIED",
  "FOUND_BROKEN",
  "CLAIMED",
  "LEASE_EXPIRED",
  "RELEASED",
  "HANDED_BACK",
  "COMPLETED",
  "REUSED",
  "FAILED",
  "CANCELLED",
] as const;
export type TransitionCause = (typeof transitionCauses)[number];

export interface TransitionDetail {
  readonly cause: TransitionCause;
  readonly workerId?: string | undefined;
  /** With which a worker asked for the job. */
  readonly claimId?: string | undefined;
  readonly failureCode?: TilingFailureCode | undefined;
  readonly reason?: string | undefined;
}

/** One row of the append-only `tiling_job_events`. */
export interface TilingJobEvent {
  readonly eventId: string;
  readonly jobId: string;
  readonly attempt: number;
  readonly from: TilingJobStatus | null;
  readonly to: TilingJobStatus;
  readonly at: Date;
  readonly detail: TransitionDetail;
}
