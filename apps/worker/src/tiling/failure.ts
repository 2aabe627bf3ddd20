import { failureKinds, TilewrightError, type workerFailureCodes } from "@tilewright/core";
import { PyramidError } from "@tilewright/pyramid";

export type WorkerFailureCode = (typeof workerFailureCodes)[number];

/** An attempt that ends without a pyramid, and why. */
export class AttemptFailure extends Error {
  override readonly name = "AttemptFailure";
  readonly code: WorkerFailureCode;

  constructor(code: WorkerFailureCode, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** Puts whatever ended an attempt into one of the known kinds; only sentences made for people leave the worker. */
export function failureOf(error: unknown): AttemptFailure {
  if (error instanceof AttemptFailure) return error;
  if (error instanceof PyramidError && error.code !== "INVALID_PYRAMID") {
    return new AttemptFailure(error.code, error.message);
  }
  if (error instanceof TilewrightError && error.code === "STORAGE_UNAVAILABLE") {
    return new AttemptFailure("STORAGE_UNAVAILABLE", failureKinds.STORAGE_UNAVAILABLE.sentence);
  }
  if (error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT")) {
    return new AttemptFailure("SCRATCH_FULL", failureKinds.SCRATCH_FULL.sentence);
  }
  return new AttemptFailure("INTERNAL", failureKinds.INTERNAL.sentence);
}
