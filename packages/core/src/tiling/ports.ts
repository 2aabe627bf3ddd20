import type { Jobs, JobTypes } from "../jobs/ports.ts";
import type { ListedTilingJob, TilingJob, TilingProgress } from "./job.ts";
import type { PreviewFacts, PyramidFacts } from "./pyramid-facts.ts";
import type { PyramidSettings } from "./pyramid-settings.ts";
import type { Duplicate, SameBytes } from "./same-bytes.ts";

export interface PyramidAudits {
  /**
   * COMPLETED jobs whose pyramids are shown, those that were never audited first, then the one that has waited longest:
   * as many as have `mostBytes` together, and one at least.
   */
  inTurn(mostBytes: number): Promise<TilingJob[]>;
  /**
   * Remembers what was found. Where the pyramid is damaged and the image has no newer job, a new one that replaces it
   * is put in line in the same transaction. `null` when the image does not show this pyramid any more.
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

export interface TilingTypes extends JobTypes {
  readonly job: TilingJob;
  readonly listed: ListedTilingJob;
  readonly claimed: ClaimedTiling;
  readonly progress: TilingProgress;
}

/** The rows of `tiling_jobs`, and what is done to them alone. */
export interface TilingJobs extends Jobs<TilingTypes> {
  /** The job, unless a newer one of its image is COMPLETED: what it has made is shown no more then. */
  findShown(jobId: string): Promise<TilingJob | null>;
  /** The first job that an image ever had. */
  findFirst(imageId: string): Promise<TilingJob | null>;
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
  findDuplicate(bytes: SameBytes): Promise<Duplicate | null>;
  /**
   * To COMPLETED with the pyramid of a duplicate, which can't go away meanwhile; the image refers to the duplicate's
   * source too, and its own may be reclaimed. `null` also when the duplicate is none any more.
   */
  completeAs(end: {
    readonly jobId: string;
    readonly attempt: number;
    readonly sourceSha256: string;
    readonly duplicate: Duplicate;
  }): Promise<TilingJob | null>;
}
