import type { Page } from "../page.ts";
import type { Job, JobEvent, TransitionCause } from "./job.ts";
import type { JobStatus } from "./status.ts";
import type { Workers } from "./workers.ts";

export type JobOrImage = { readonly jobId: string } | { readonly imageId: string };

/** The types of a domain's jobs. */
export interface JobTypes {
  readonly job: Job;
  /** As lists have it: the job, or less of it. */
  readonly listed: Pick<Job, keyof Job>;
  /** What a claim hands over. */
  readonly claimed: { readonly job: Job };
  /** What a heartbeat tells beside the stage. */
  readonly progress: object;
}

export type FailureCodeOf<Types extends JobTypes> = NonNullable<Types["job"]["failureCode"]>;

export interface Claim {
  readonly workerId: string;
  readonly claimId?: string | undefined;
  readonly leaseMs: number;
  /** Only jobs of these kinds; all where the domain's work is of one kind. */
  readonly kinds?: readonly string[] | undefined;
}

/** What an attempt says to keep its job. */
export interface Beat<Stage extends string = string> {
  readonly jobId: string;
  readonly attempt: number;
  readonly leaseMs: number;
  readonly stage: Stage;
  readonly stageFraction: number;
}

/**
 * The rows of a domain together with their dispatch. Each method that changes a row is one transaction: the guarded
 * UPDATE, its event and the queue's message stand or fall together. `null` says that the guard refused.
 */
export interface Jobs<Types extends JobTypes = JobTypes> {
  readonly workers: Workers;

  /** By job; by image it is the newest job of that image. */
  find(which: JobOrImage): Promise<Types["job"] | null>;
  /**
   * Each as `find` answers it, in the order asked, as it was half a second ago at most; never from before what was
   * written through this node. Any number may ask. They all get the same: what a caller may see is decided before.
   */
  findCached(asked: readonly JobOrImage[]): Promise<(Types["job"] | null)[]>;
  /** The newest job that does the same as this one: of such jobs one at most is active. */
  findSuccessor(job: Types["job"]): Promise<Types["job"] | null>;
  /** The newest job of each of these images that has one. */
  findNewest(imageIds: readonly string[]): Promise<Types["listed"][]>;
  /** Newest first. */
  list(page: Page & { readonly status?: JobStatus | undefined }): Promise<Types["listed"][]>;
  /** Oldest first. */
  history(which: JobOrImage, page: Page): Promise<JobEvent<FailureCodeOf<Types>>[]>;

  /** A new PENDING row in place of a FAILED one; `null` when there is an active one already, or the image is gone. */
  resubmit(failed: Types["job"], maxAttempts: number): Promise<Types["job"] | null>;
  /**
   * Hands the longest waiting job to a worker for `leaseMs`; `null` when there is none to be had at this moment. While
   * the attempt that a `claimId` has got goes on, the same id gets it again.
   */
  claim(claim: Claim): Promise<Types["claimed"] | null>;
  /**
   * Resolves true when there may be something to claim, at once where there is, or when `claimId` has an attempt
   * already; false after `timeoutMs`, or once `signal` aborts. Any number may wait: they share what it costs.
   */
  waitForWork(asker: Pick<Claim, "kinds" | "claimId">, timeoutMs: number, signal: AbortSignal): Promise<boolean>;
  /** Extends the lease and moves progress forward, never back; false when the attempt does not hold the job. */
  heartbeat(beat: Beat<Types["job"]["stage"]> & Types["progress"]): Promise<boolean>;
  /** To FAILED, by the attempt that holds the job. Without `attempt` the job is taken from whoever has it. */
  fail(end: {
    readonly jobId: string;
    readonly attempt?: number | undefined;
    readonly cause: TransitionCause;
    readonly code: FailureCodeOf<Types>;
    readonly reason: string;
    /** Refuse unless the lease is over. */
    readonly onlyIfExpired?: boolean;
  }): Promise<Types["job"] | null>;
  /** IN_PROGRESS back to PENDING; the next claim comes no sooner than `delayMs` from now. */
  release(pause: {
    readonly jobId: string;
    readonly attempt: number;
    readonly cause: TransitionCause;
    readonly code?: FailureCodeOf<Types>;
    readonly reason: string;
    readonly delayMs: number;
    /** Refuse unless the lease is over. */
    readonly onlyIfExpired?: boolean;
    /** The attempt does not count against `maxAttempts`. */
    readonly forgiven?: boolean;
  }): Promise<Types["job"] | null>;
  /** Active jobs whose lease is over by the database's clock. */
  findExpired(limit: number): Promise<Types["job"][]>;
  /** Repairs up to `limit` differences of each kind between the rows and the queue; answers how many there were. */
  reconcileQueue(limit: number): Promise<number>;
}
