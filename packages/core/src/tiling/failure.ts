/**
 * Who is at fault decides what happens next: the data's fault is final, the system's is retried with backoff,
 * the user's is what the user asked for.
 */
export type FailureFamily = "data" | "system" | "user";

interface FailureKind {
  readonly family: FailureFamily;
  /** What happened, for people. */
  readonly sentence: string;
  /** What to do about it. */
  readonly remedy: string;
}

export const failureKinds = {
  UNSUPPORTED_FORMAT: {
    family: "data",
    sentence: "The file is not an image that can be read here.",
    remedy: "Convert it to TIFF, JPEG, PNG or WebP and upload it again.",
  },
  CORRUPT_IMAGE: {
    family: "data",
    sentence: "The image is damaged or incomplete.",
    remedy: "Export it once more from its source and upload the new file.",
  },
  TOO_MANY_PIXELS: {
    family: "data",
    sentence: "The image has more pixels than this server accepts.",
    remedy: "Ask the operator to raise the pixel limit, or split the image.",
  },
  NEEDS_MORE_MEMORY: {
    family: "data",
    sentence: "Tiling this image would need more memory than a worker may use.",
    remedy: "Save it as a tiled TIFF and upload that, or ask the operator to raise LARGE_MEMORY_BYTES and retry.",
  },
  EMPTY_FILE: {
    family: "data",
    sentence: "The file has no content.",
    remedy: "Choose a file that is not empty.",
  },
  SIZE_MISMATCH: {
    family: "data",
    sentence: "The stored file is not as long as the file that was announced.",
    remedy: "Upload the file again.",
  },
  CHECKSUM_MISMATCH: {
    family: "data",
    sentence: "The stored file is not the file that was sent.",
    remedy: "Upload the file again.",
  },
  WORKER_LOST: {
    family: "system",
    sentence: "The worker stopped answering.",
    remedy: "Retry. If it happens again, look at the worker's log and memory.",
  },
  STORAGE_UNAVAILABLE: {
    family: "system",
    sentence: "The object store could not be reached.",
    remedy: "Check the storage, then retry.",
  },
  OUT_OF_MEMORY: {
    family: "system",
    sentence: "Tiling this image took more memory than a worker may use.",
    remedy: "Raise the worker's memory limit, or save the image as a tiled TIFF, and retry.",
  },
  SCRATCH_FULL: {
    family: "system",
    sentence: "The worker ran out of disk space.",
    remedy: "Free space on the worker's disk, then retry.",
  },
  TIMED_OUT: {
    family: "system",
    sentence: "Tiling took longer than it may.",
    remedy: "Retry, or raise the worker's time limit.",
  },
  INTERNAL: {
    family: "system",
    sentence: "Something went wrong inside the worker.",
    remedy: "Retry. If it happens again, report it together with the worker's log.",
  },
  CANCELLED: {
    family: "user",
    sentence: "The job was cancelled.",
    remedy: "Retry to tile the image after all.",
  },
} as const satisfies Record<string, FailureKind>;

export type TilingFailureCode = keyof typeof failureKinds;

export const tilingFailureCodes = Object.keys(failureKinds) as [TilingFailureCode, ...TilingFailureCode[]];

/** True where another attempt may succeed without anybody changing the file. */
export const isRetryable = (code: TilingFailureCode): boolean => failureKinds[code].family === "system";

/** Data's faults that depend on a limit, which the operator can raise. */
const limits: readonly TilingFailureCode[] = ["TOO_MANY_PIXELS", "NEEDS_MORE_MEMORY"];

/** True where a person may have success with the same bytes; of others there is only one thing to do with the file. */
export const isWorthRetrying = (code: TilingFailureCode): boolean =>
  failureKinds[code].family !== "data" || limits.includes(code);

/** The system's faults that a file can be the cause of: it makes a decoder crash, or its worker die. */
const perhapsOfTheFile: readonly TilingFailureCode[] = ["INTERNAL", "WORKER_LOST"];
const sameEachTime =
  "Every attempt went the same way, so the file is the likely cause. Save the image anew, as a TIFF for instance, and " +
  "upload that. If it fails, too, report it together with the worker's log.";

/** What to do about a failure. @param attempt the last one. */
export const remedyFor = (code: TilingFailureCode, attempt: number, maxAttempts: number): string =>
  attempt > 1 && attempt >= maxAttempts && perhapsOfTheFile.includes(code) ? sameEachTime : failureKinds[code].remedy;

/** The codes that a worker may report; cancelling is the user's alone. */
export const workerFailureCodes = tilingFailureCodes.filter(
  (code): code is Exclude<TilingFailureCode, "CANCELLED"> => failureKinds[code].family !== "user",
);

/** Milliseconds to wait before attempt `attempt + 1`, growing with each failed attempt, at most five minutes. */
export function retryBackoffMs(attempt: number): number {
  return Math.min(300_000, 1_000 * 4 ** Math.max(0, attempt - 1));
}
