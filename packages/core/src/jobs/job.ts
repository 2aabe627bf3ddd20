import type { JobStatus } from "./status.ts";

/** What a row says of a job, whatever the job does. */
export interface Job<Stage extends string = string, Code extends string = string> {
  readonly jobId: string;
  readonly imageId: string;
  readonly status: JobStatus;
  readonly stage: Stage;
  /** Fencing token: 0 before the first claim, then one more with each. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Of the stage's own work, 0 to 1. */
  readonly stageFraction: number;
  readonly failureCode: Code | null;
  readonly failureReason: string | null;
  /** Key of the manifest that was published; null before. */
  readonly metadataPath: string | null;
  readonly workerId: string | null;
  readonly leaseExpiresAt: Date | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly updatedAt: Date;
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

export interface TransitionDetail<Code extends string = string> {
  readonly cause: TransitionCause;
  readonly workerId?: string | undefined;
  /** With which a worker asked for the job. */
  readonly claimId?: string | undefined;
  readonly failureCode?: Code | undefined;
  readonly reason?: string | undefined;
}

/** One row of a domain's append-only events. */
export interface JobEvent<Code extends string = string> {
  readonly eventId: string;
  readonly jobId: string;
  readonly attempt: number;
  readonly from: JobStatus | null;
  readonly to: JobStatus;
  readonly at: Date;
  readonly detail: TransitionDetail<Code>;
}
