import type { DatasetMetadata } from "../image/metadata.ts";
import type { Job, JobEvent } from "../jobs/job.ts";
import { attemptOf } from "../storage/keys.ts";
import type { TilingFailureCode } from "./failure.ts";
import type { PreviewFacts, PyramidFacts } from "./pyramid-facts.ts";
import type { PyramidSettings } from "./pyramid-settings.ts";
import type { TilingStage } from "./status.ts";

/** One row of `tiling_jobs`. */
export interface TilingJob extends Job<TilingStage, TilingFailureCode> {
  readonly datasetName: string;
  readonly datasetMetadata: DatasetMetadata;
  readonly tilesDone: number;
  readonly tilesTotal: number | null;
  /** What the pyramid was made with. */
  readonly settings: PyramidSettings | null;
  /** Of the object under `metadataPath`. */
  readonly manifestSha256: string | null;
  /** The job of the same image whose pyramid was found broken, and is shown until this one has its own. */
  readonly replacesJobId: string | null;
  readonly pyramid: PyramidFacts | null;
  /** Of the current attempt, once it has published one; stays when the job completes. */
  readonly preview: PreviewFacts | null;
}

/** As lists have it: without what the uploader said. */
export type ListedTilingJob = Omit<TilingJob, "datasetMetadata">;

/** One row of the append-only `tiling_job_events`. */
export type TilingJobEvent = JobEvent<TilingFailureCode>;

/** What a tiling has done of its work. */
export type TilingProgress = Pick<TilingJob, "tilesDone" | "tilesTotal">;

/** Tiles done of all tiles, 0 to 1. */
export const tilesFraction = ({ tilesDone, tilesTotal }: TilingProgress): number =>
  tilesTotal ? Math.min(1, tilesDone / tilesTotal) : 0;

/** True where a job shows the pyramid that another has made of the same bytes. */
export function isReused({ jobId, metadataPath }: Pick<TilingJob, "jobId" | "metadataPath">): boolean {
  const maker = metadataPath === null ? null : attemptOf(metadataPath);
  return maker !== null && maker.jobId !== jobId;
}
