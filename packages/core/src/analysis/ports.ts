import type { Jobs, JobTypes } from "../jobs/ports.ts";
import type { JobStatus } from "../jobs/status.ts";
import type { SortedPlace } from "../library/cursor.ts";
import type { Page } from "../page.ts";
import type { TilingJob } from "../tiling/job.ts";
import type { AnalysisJob, KindId } from "./job.ts";
import type { KindDescription } from "./kind.ts";
import type { Parameters } from "./parameters-schema.ts";
import type { AnalysisSummary, Verdict } from "./result.ts";

export interface ClaimedAnalysis {
  readonly job: AnalysisJob;
  /** The tiling whose pyramid is to be looked at. */
  readonly tiling: TilingJob;
}

export interface AnalysisTypes extends JobTypes {
  readonly job: AnalysisJob;
  readonly listed: AnalysisJob;
  readonly claimed: ClaimedAnalysis;
  readonly progress: object;
}

/** What is asked of an image. */
export interface AnalysisRequest {
  readonly imageId: string;
  readonly kind: KindId & Pick<KindDescription, "title">;
  readonly parameters: Parameters;
  readonly parametersSha256: string;
}

/** Once an image shows another pyramid, the active ones on the old one end as PYRAMID_GONE in the same transaction. */
export interface AnalysisJobs extends Jobs<AnalysisTypes> {
  list(
    page: Page & {
      readonly status?: JobStatus | undefined;
      readonly imageId?: string | undefined;
      readonly kind?: string | undefined;
    },
  ): Promise<AnalysisJob[]>;
  /**
   * A new PENDING row on the pyramid that the image shows; the active one where the same has been asked already.
   *
   * @throws TilewrightError IMAGE_NOT_FOUND, NO_PYRAMID, KIND_WITHDRAWN, TOO_MANY_ANALYSES
   */
  submit(request: AnalysisRequest, maxAttempts: number): Promise<AnalysisJob>;
  /** To COMPLETED; the library's verdict and numbers change with it. */
  complete(end: {
    readonly jobId: string;
    readonly attempt: number;
    readonly metadataPath: string;
    readonly manifestSha256: string;
    readonly summary: AnalysisSummary;
  }): Promise<AnalysisJob | null>;
  /**
   * The row and its events are gone, and its objects have no owner any more; false where it is active or was not
   * there.
   */
  remove(jobId: string): Promise<boolean>;
}

export interface RegisteredKind extends KindDescription {
  readonly isWithdrawn: boolean;
}

export interface AnalysisKinds {
  /**
   * The worker can do these from now on. A withdrawn kind comes back.
   *
   * @throws TilewrightError KIND_CHANGED, TOO_MANY_KINDS: none of them is registered then.
   */
  register(workerId: string, kinds: readonly KindDescription[]): Promise<void>;
  /** All versions of a kind: no more jobs of it are begun. False where there is no such kind. */
  withdraw(name: string): Promise<boolean>;
  /** By name the newest version, one that is not withdrawn where there is one. */
  find(kind: string | KindId): Promise<RegisteredKind | null>;
  /** The newest version of each that is not withdrawn, by name. */
  list(): Promise<KindDescription[]>;
  /** Of these kinds, those that the worker has not registered. */
  findUnregistered(workerId: string, kinds: readonly KindId[]): Promise<KindId[]>;
}

/** A verdict as the library shows it: of the newest result of its kind on the pyramid that the image shows. */
export interface ImageVerdict extends Verdict {
  readonly imageId: string;
  readonly kind: string;
  readonly jobId: string;
}

export interface SortedPlaces {
  readonly kind: string;
  readonly number: string;
  readonly order: "asc" | "desc";
  readonly after: SortedPlace | null;
  readonly limit: number;
}

export interface Verdicts {
  /** By image and kind. */
  ofImages(imageIds: readonly string[]): Promise<ImageVerdict[]>;
  /** All images by one number of their results; those without it come last. */
  sorted(places: SortedPlaces): Promise<SortedPlace[]>;
}
