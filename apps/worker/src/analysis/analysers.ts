import type { AnalysisAssignment, AnalysisFindings, KindDescription } from "@tilewright/core/analysis";
import { quality } from "./quality.ts";

/** What an analyser is given for one attempt. */
export interface AnalyserOptions {
  readonly assignment: AnalysisAssignment;
  /** The pyramid's object as a file. */
  readonly pyramidPath: string;
  /** For the layers' files, under the names that they are to be published by. */
  readonly outputDirectory: string;
  readonly limits: { readonly memoryBytes: number; readonly timeoutMs: number | null };
  readonly signal: AbortSignal;
  /** How much of the work is done, 0 to 1. */
  readonly onProgress: (fraction: number) => void;
}

/** A kind of analysis that this worker can do without anybody else's model. */
export interface Analyser {
  readonly kind: KindDescription;
  analyse(options: AnalyserOptions): Promise<AnalysisFindings>;
}

export const analysers: readonly Analyser[] = [quality];
