import type { TilingFailureCode } from "./failure.ts";
import type { ListedTilingJob, TilingJob, TilingJobEvent, TransitionCause } from "./job.ts";
import type { PreviewFacts, PyramidFacts } from "./pyramid-facts.ts";
import type { PyramidSettings } from "./pyramid-settings.ts";
import type { TilingJobStatus, TilingStage } from "./status.ts";
import type { SameBytes, Twin } from "./twin.ts";

export type JobOrImage = { readonly jobId: string } | { readonly imageId: string };

export interface Page {
  readonly limit: number;
  /** The last id of the page before. */
  readonly cursor?: string | undefined;
}

export interface PyramidAudits {
  /**
   * COMPLETED jobs whose pyramids are shown, those that were never audited first, then the one that has waited longest:
   * as many as have `mostBytes` together, and one at least.
   */
  inTurn(mostBytes: number): Promise<TilingJob[]>;
  /**
   * Remembers what was found. Where the pyramid is damaged and the image has no newer job, a new one that replaces it is
   * put in line in the same transaction. `null` when the image does not show this pyramid any more.
   *
   * @param damage sentences for people; null where all is well.
   */
  record(
    job: TilingJob,
    damage: string | null,
    maxAttempts: number,
  ): Promise<{ readonly replacement: TilingJob | null } | null>;
}

export interface ClaimedTiling {
  readonly job: TilingJob;
  readonly sourceKey: string;
  readonly sourceSizeBytes: number;
  readonly sourceSha256: string | null;
}

/**
 * The rows of `tiling_jobs` together with their dispatch. Each method that changes a row is one transaction: the
 * guarded UPDATE, its event and the queue's message stand or fall together. `null` says that the guard refused.
 */
export interface TilingJobs {
  /** By job; by image it is the newest job of that image. */
  find(which: JobOrImage): Promise<TilingJob | null>;
  /** The job, unless a newer one of its image is COMPLETED: what it has made is shown no more then. */
  findShown(jobId: string): Promise<TilingJob | null>;
  /** The first job that an image ever had. */
  findFirst(imageId: string): Promise<TilingJob | null>;
  list(page: Page & { readonly status?: TilingJobStatus | undefined }): Promise<ListedTilingJob[]>;
  /** Oldest first. */
  history(which: JobOrImage, page: Page): Promise<TilingJobEvent[]>;

  /** A new PENDING row for the image of a FAILED job; `null` when the image has an active job or is gone. */
  resubmit(failed: TilingJob, maxAttempts: number): Promise<TilingJob | null>;
  /**
   * Hands the longest waiting job to a worker for `leaseMs`; `null` when there is none to be had at this moment. While
   * the attempt that a `claimId` has got goes on, the same id gets it again.
   */
  claim(claim: {
    readonly workerId: string;
    readonly claimId?: string | undefined;
    readonly leaseMs: number;
  }): Promise<ClaimedTiling | null>;
  /** Resolves when there may be something to claim, after `timeoutMs` at the latest. */
  waitForWork(timeoutMs: number, signal: AbortSignal): Promise<void>;
  /** Extends the lease and moves progress forward, never back; false when the attempt does not hold the job. */
  heartbeat(beat: {
    readonly jobId: string;
    readonly attempt: number;
    readonly leaseMs: number;
    readonly stage: TilingStage;
    readonly stageFraction: number;
    readonly tilesDone: number;
    readonly tilesTotal: number | null;
  }): Promise<boolean>;
  /** Lets watchers see the preview that the attempt has published; null when the attempt does not hold the job. */
  showPreview(shown: {
    readonly jobId: string;
    readonly attempt: number;
    readonly preview: PreviewFacts;
  }): Promise<TilingJob | null>;
  /** To COMPLETED; the image's digest becomes known with it. */
  complete(end: {
    readonly jobId: string;
    readonly attempt: number;
    readonly metadataPath: string;
    readonly sourceSha256?: string | undefined;
    readonly manifestSha256?: string | undefined;
    readonly settings?: PyramidSettings | undefined;
    readonly pyramid: PyramidFacts;
  }): Promise<TilingJob | null>;
  /** The newest job on the same bytes, with the same settings, whose pyramid is shown and not known to be damaged. */
  findTwin(bytes: SameBytes): Promise<Twin | null>;
  /**
   * To COMPLETED with the pyramid of a twin, which can't go away meanwhile; the image refers to the twin's source too,
   * and its own may be reclaimed. `null` also when the twin is none any more.
   */
  completeAs(end: {
    readonly jobId: string;
    readonly attempt: number;
    readonly sourceSha256: string;
    readonly twin: Twin;
  }): Promise<TilingJob | null>;
  /** To FAILED, by the attempt that holds the job. Without `attempt` the job is taken from whoever has it. */
  fail(end: {
    readonly jobId: string;
    readonly attempt?: number | undefined;
    readonly cause: TransitionCause;
    readonly code: TilingFailureCode;
    readonly reason: string;
    /** Refuse unless the lease is over. */
    readonly onlyIfExpired?: boolean;
  }): Promise<TilingJob | null>;
  /** IN_PROGRESS back to PENDING; the next claim comes no sooner than `delayMs` from now. */
  release(pause: {
    readonly jobId: string;
    readonly attempt: number;
    readonly cause: TransitionCause;
    readonly code?: TilingFailureCode;
    readonly reason: string;
    readonly delayMs: number;
    /** Refuse unless the lease is over. */
    readonly onlyIfExpired?: boolean;
    /** The attempt does not count against `maxAttempts`. */
    readonly forgiven?: boolean;
  }): Promise<TilingJob | null>;
  /** Active jobs whose lease is over by the database's clock. */
  findExpired(limit: number): Promise<TilingJob[]>;
  /** Repairs up to `limit` differences of each kind between the rows and the queue; answers how many there were. */
  reconcileQueue(limit: number): Promise<number>;
}
