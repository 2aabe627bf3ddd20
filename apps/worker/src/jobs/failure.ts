import { asText, TilewrightError } from "@tilewright/core";
import { commonFailureKinds } from "@tilewright/core/jobs";

/** The faults that an attempt of any domain may meet, and the next one may not. */
export type SystemFailureCode = "STORAGE_UNAVAILABLE" | "OUT_OF_MEMORY" | "SCRATCH_FULL" | "TIMED_OUT" | "INTERNAL";

/** An attempt that ends without a result, and why, in a sentence for people. */
export class AttemptFailure<Code extends string> extends Error {
  override readonly name = "AttemptFailure";
  readonly code: Code;

  constructor(code: Code, reason: string) {
    super(asText(reason, 2_000));
    this.code = code;
  }
}

export class SystemFailure extends AttemptFailure<SystemFailureCode> {}

/** Puts whatever ended an attempt into one of the system's kinds; only sentences made for people leave the worker. */
export function systemFailureOf(error: unknown): SystemFailure {
  if (error instanceof SystemFailure) return error;
  if (error instanceof TilewrightError && error.code === "STORAGE_FULL") {
    return new SystemFailure("SCRATCH_FULL", error.message);
  }
  const known =
    error instanceof TilewrightError && error.code === "STORAGE_UNAVAILABLE"
      ? "STORAGE_UNAVAILABLE"
      : (systemCodes[systemCodeOf(error)] ?? "INTERNAL");
  return new SystemFailure(known, commonFailureKinds[known].sentence);
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
