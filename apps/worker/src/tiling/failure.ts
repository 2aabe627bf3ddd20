import type { workerFailureCodes } from "@tilewright/core/tiling";
import { PyramidError } from "@tilewright/pyramid";
import { AttemptFailure, systemFailureOf } from "../jobs/failure.ts";

export type TilingFailureCode = (typeof workerFailureCodes)[number];

export class TilingFailure extends AttemptFailure<TilingFailureCode> {}

/** Puts whatever ended an attempt into one of the known kinds. */
export function tilingFailureOf(error: unknown): AttemptFailure<TilingFailureCode> {
  if (error instanceof TilingFailure) return error;
  if (error instanceof PyramidError && error.code !== "INVALID_PYRAMID") {
    return new TilingFailure(error.code, error.message);
  }
  return systemFailureOf(error);
}
