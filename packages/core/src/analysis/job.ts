import type { Job } from "../jobs/job.ts";
import type { AnalysisFailureCode } from "./failure.ts";
import type { KindDescription } from "./kind.ts";
import type { Parameters } from "./parameters-schema.ts";
import type { AnalysisSummary } from "./result.ts";
import type { AnalysisStage } from "./stages.ts";

/** One version of a kind, by name. */
export type KindId = Pick<KindDescription, "name" | "version">;

/** How the engine names a kind of work. */
export const kindText = ({ name, version }: KindId): string => `${name}@${version}`;

/** One row of `analysis_jobs`. */
export interface AnalysisJob extends Job<AnalysisStage, AnalysisFailureCode> {
  readonly kind: KindId & Pick<KindDescription, "title">;
  /** Defaults filled in. */
  readonly parameters: Parameters;
  readonly parametersSha256: string;
  /** The tiling whose pyramid is looked at. */
  readonly pyramidJobId: string;
  readonly summary: AnalysisSummary | null;
  /** Of the object under `metadataPath`. */
  readonly manifestSha256: string | null;
}
