/**
 * Everything that this package can know about why an image did not become a pyramid, or a pyramid could not be read.
 *
 * The image's fault: `UNSUPPORTED_FORMAT`, `CORRUPT_IMAGE`, `TOO_MANY_PIXELS`, `EMPTY_FILE`, and `NEEDS_MORE_MEMORY`,
 * as its header says. The system's fault, worth another attempt: `OUT_OF_MEMORY`, `SCRATCH_FULL`, `TIMED_OUT`,
 * `INTERNAL`. Reading: `INVALID_PYRAMID`, the bytes are not a pyramid that this package wrote; `CORRUPT_IMAGE`, one of
 * its tiles can't be decoded.
 */
export type PyramidErrorCode =
  | "UNSUPPORTED_FORMAT"
  | "CORRUPT_IMAGE"
  | "TOO_MANY_PIXELS"
  | "EMPTY_FILE"
  | "NEEDS_MORE_MEMORY"
  | "OUT_OF_MEMORY"
  | "SCRATCH_FULL"
  | "TIMED_OUT"
  | "INTERNAL"
  | "INVALID_PYRAMID";

interface ErrorDetails {
  readonly cause?: unknown;
  readonly neededBytes?: number | null;
}

/** `message` is one sentence for a person; what the decoder or the system said is in `cause`, as text or an Error. */
export class PyramidError extends Error {
  override readonly name = "PyramidError";
  readonly code: PyramidErrorCode;
  /** NEEDS_MORE_MEMORY: the limit that the image would be accepted with. Null for all others. */
  readonly neededBytes: number | null;

  constructor(code: PyramidErrorCode, message: string, { cause, neededBytes = null }: ErrorDetails = {}) {
    super(message, { cause });
    this.code = code;
    this.neededBytes = neededBytes;
  }
}

/** A system call's error code such as `ENOSPC`, if `error` carries one. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** A decoder was ended by nobody here. On a machine that runs out of memory, it is the kernel that sends SIGKILL. */
export const endedBySignal = (signal: string, stderr = ""): PyramidError =>
  signal === "SIGKILL"
    ? new PyramidError("OUT_OF_MEMORY", "The system ended the decoder, most likely for want of memory.")
    : new PyramidError("INTERNAL", "The decoder crashed while it read the image.", { cause: stderr || signal });

/** What a failed system call means for a person. */
export const systemError = (cause: unknown): PyramidError =>
  ["ENOSPC", "EDQUOT"].includes(systemCode(cause) ?? "")
    ? new PyramidError("SCRATCH_FULL", "The disk filled up while the pyramid was being written.", { cause })
    : new PyramidError("INTERNAL", "The image or the pyramid's file could not be opened.", { cause });
