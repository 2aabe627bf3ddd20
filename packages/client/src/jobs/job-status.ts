import type { TilingEvent, TilingStatus } from "../answers.ts";

/** What the statuses of all domains' jobs have in common. */
export interface JobStatus
  extends Pick<
    TilingStatus,
    | "jobId"
    | "imageId"
    | "status"
    | "stageFraction"
    | "attempt"
    | "maxAttempts"
    | "waiting"
    | "version"
    | "pollAfterMs"
    | "createdAt"
    | "startedAt"
    | "finishedAt"
    | "updatedAt"
  > {
  /** A domain has stages of its own. */
  readonly stage: string;
  readonly failure: JobFailure | null;
}

export interface JobFailure extends Omit<NonNullable<TilingStatus["failure"]>, "code"> {
  /** A domain has kinds of its own beside the system's. */
  readonly code: string;
}

export interface JobEvent extends Omit<TilingEvent, "failureCode"> {
  readonly failureCode: string | null;
}
