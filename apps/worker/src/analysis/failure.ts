import { refusalOf } from "@tilewright/client";
import type { analysisFailures } from "@tilewright/core/analysis";
import { PyramidError } from "@tilewright/pyramid";
import { AttemptFailure, systemFailureOf } from "../jobs/failure.ts";

export type AnalysisFailureCode = (typeof analysisFailures.workerCodes)[number];

export class AnalysisFailure extends AttemptFailure<AnalysisFailureCode> {}

/** Puts whatever ended an attempt into one of the known kinds. */
export function analysisFailureOf(error: unknown): AttemptFailure<AnalysisFailureCode> {
  if (error instanceof AnalysisFailure) return error;
  const refusal = refusalOf(error);
  if (refusal?.code === "RESULT_INVALID" || refusal?.code === "LAYER_MISSING") {
    return new AnalysisFailure("RESULT_INVALID", refusal.message);
  }
  if (!(error instanceof PyramidError)) return systemFailureOf(error);
  const { code, message } = error;
  return isKnown(code) ? new AnalysisFailure(code, message) : new AnalysisFailure("UNSUITABLE_IMAGE", message);
}

const known = ["OUT_OF_MEMORY", "TIMED_OUT", "SCRATCH_FULL", "INTERNAL"] as const satisfies AnalysisFailureCode[];
const isKnown = (code: string): code is (typeof known)[number] => (known as readonly string[]).includes(code);
