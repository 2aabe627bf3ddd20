import type { AnalysisField, AnalysisLayer, AnalysisSummary } from "@tilewright/core/analysis";

/** What of `analysis.json` an analysis of quality comes to. */
export interface QualityAnswer {
  readonly summary: AnalysisSummary;
  readonly fields: readonly AnalysisField[];
  /** Their files lie in the output directory, under the names that they are to be published by. */
  readonly layers: readonly AnalysisLayer[];
}
