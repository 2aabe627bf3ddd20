import type { AttemptFailure } from "./failure.ts";

/** What a server says of a job that it hands out, whatever the domain. */
export interface JobAssignment {
  readonly jobId: string;
  readonly imageId: string;
  /** Fencing token: what an attempt says is refused once another has begun. */
  readonly attempt: number;
  /** Everything that this attempt writes to the object store goes under it. */
  readonly outputPrefix: string;
  readonly leaseMs: number;
  readonly heartbeatMs: number;
}

export type HeldJob = Pick<JobAssignment, "jobId" | "attempt">;

/** The least that a heartbeat tells. */
export interface StageProgress {
  readonly stage: string;
  /** How much of the stage's own work is done, 0 to 1. */
  readonly stageFraction: number;
}

export interface ClaimRequest {
  readonly workerId: string;
  /** The same until a job comes: the server may have handed out one whose name never arrived. */
  readonly claimId: string;
  /** How long the server may wait for a job; as long as it likes by default. */
  readonly waitMs?: number | undefined;
}

export interface FailureReport<Code extends string> {
  readonly code: Code;
  readonly reason: string;
  /** Others hold the worker's disk: the job may well find room another time. */
  readonly awaitsRoom: boolean;
}

/** What the work on a job is given. */
export interface Attempt<Assignment extends JobAssignment, Progress extends StageProgress> {
  readonly assignment: Assignment;
  /** An empty directory of its own, removed afterwards. */
  readonly scratch: string;
  /** Of the disk that `scratch` is on, what must be left alone. */
  readonly reserveBytes: number;
  /** Aborts when the job is lost, the worker is stopped, or its disk is full. */
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
  /** @see Lease.mayEnd */
  readonly mayEnd: (call: (signal: AbortSignal) => Promise<boolean>) => Promise<boolean>;
}

/**
 * One domain's side of a worker: its calls to the server, and the work. The engine does what all domains have in
 * common.
 */
export interface JobHandler<
  Assignment extends JobAssignment,
  Result,
  Progress extends StageProgress,
  FailureCode extends string,
> {
  /** Told until the work tells more. */
  readonly firstProgress: Progress;
  /** Null when the server had no job to hand out. */
  claim(request: ClaimRequest, signal: AbortSignal): Promise<Assignment | null>;
  /** Renews the lease and tells how far the work is. */
  heartbeat(held: HeldJob, progress: Progress, signal: AbortSignal): Promise<{ readonly leaseMs: number }>;
  /**
   * Does the work, and publishes what it makes under the attempt's prefix.
   *
   * @returns null when the server has completed the job meanwhile: then what was published is removed.
   * @throws whatever `failureOf` understands, or the signal's reason.
   */
  work(attempt: Attempt<Assignment, Progress>): Promise<Result | null>;
  failureOf(error: unknown): AttemptFailure<FailureCode>;
  markComplete(held: HeldJob, result: Result): Promise<unknown>;
  markFailed(held: HeldJob, failure: FailureReport<FailureCode>): Promise<unknown>;
  handBack(held: HeldJob): Promise<unknown>;
  /** Frees what it holds between jobs. */
  close(): Promise<void>;
}
