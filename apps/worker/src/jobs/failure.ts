import { asText, failureKinds, TilewrightError, type workerFailureCodes } from "@tilewright/core";
import { PyramidError } from "@tilewright/pyramid";

export type WorkerFailureCode = (typeof workerFailureCodes)[number];

/** An attempt that ends without a pyramid, and why. */
export class AttemptFailure extends Error {
  override readonly name = "AttemptFailure";
  readonly code: WorkerFailureCode;

  constructor(code: WorkerFailureCode, reason: string) {
    super(asText(reason, 2_000));
    this.code = code;
  }
}

/** Puts whatever ended an attempt into one of the known kinds; only sentences made for people leave the worker. */
export function failureOf(error: unknown): AttemptFailure {
  if (error instanceof AttemptFailure) return error;
  if (error instanceof PyramidError && error.code !== "INVALID_PYRAMID") {
    return new AttemptFailure(error.code, error.message);
  }
  if (error instanceof TilewrightError && error.code === "STORAGE_FULL") {
    return new AttemptFailure("SCRATCH_FULL", error.message);
  }
  if (error instanceof TilewrightError && error.code === "STORAGE_UNAVAILABLE") {
    return new AttemptFailure("STORAGE_UNAVAILABLE", failureKinds.STORAGE_UNAVAILABLE.sentence);
  }
  const known = systemCodes[systemCodeOf(error)] ?? "INTERNAL";
  return new AttemptFailure(known, failureKinds[known].sentence);
}

/** What the operating system says of a disk, be it full or ill or gone with the network that it hangs on. */
const systemCodes: Readonly<Record<string, "SCRATCH_FULL" | "STORAGE_UNAVAILABLE">> = {
  ENOSPC: "SCRATCH_FULL",
  EDQUOT: "SCRATCH_FULL",
  EIO: "STORAGE_UNAVAILABLE",
  EROFS: "STORAGE_UNAVAILABLE",
  ESTALE: "STORAGE_UNAVAILABLE",
  ENODEV: "STORAGE_UNAVAILABLE",
  ENXIO: "STORAGE_UNAVAILABLE",
};

const systemCodeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "");
