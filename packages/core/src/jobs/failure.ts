/**
 * Who is at fault decides what happens next: the data's fault is final, the system's is retried with backoff,
 * the user's is what the user asked for.
 */
export const failureFamilies = ["data", "system", "user"] as const;
export type FailureFamily = (typeof failureFamilies)[number];

export interface FailureKind {
  readonly family: FailureFamily;
  /** What happened, for people. */
  readonly sentence: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Of the data's faults: it depends on a limit, which the operator can raise. */
  readonly isOfLimit?: boolean;
}

/** What can happen to any job, whatever it does. A domain may say it in words of its own. */
export const commonFailureKinds = {
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
    sentence: "The job took more memory than a worker may use.",
    remedy: "Raise the worker's memory limit and retry.",
  },
  SCRATCH_FULL: {
    family: "system",
    sentence: "The worker ran out of disk space.",
    remedy: "Free space on the worker's disk, then retry.",
  },
  TIMED_OUT: {
    family: "system",
    sentence: "The job took longer than it may.",
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
    remedy: "Retry to have it done after all.",
  },
} as const satisfies Record<string, FailureKind>;

export type CommonFailureCode = keyof typeof commonFailureKinds;

/** Everything by which a domain's jobs can fail. */
export interface Failures<Code extends string = string> {
  readonly kinds: Readonly<Record<Code, FailureKind>>;
  readonly codes: [Code, ...Code[]];
  /** The codes that a worker may report; cancelling is the user's alone. */
  readonly workerCodes: [Exclude<Code, "CANCELLED">, ...Exclude<Code, "CANCELLED">[]];
  /** True where another attempt may succeed without anybody changing the file. */
  isRetryable(code: Code): boolean;
  /**
   * True where a person may have success with the same bytes; of others there is only one thing to do with the file.
   */
  isWorthRetrying(code: Code): boolean;
  /** What to do about a failure. @param attempt the last one. */
  remedyFor(code: Code, attempt: number, maxAttempts: number): string;
}

/** The system's faults that a file can be the cause of: it makes a decoder crash, or its worker die. */
const perhapsOfTheFile: readonly string[] = ["INTERNAL", "WORKER_LOST"] satisfies CommonFailureCode[];
const sameEachTime =
  "Every attempt went the same way, so the file is the likely cause. Save the image anew, as a TIFF for instance, and " +
  "upload that. If it fails, too, report it together with the worker's log.";

/** @param own the faults of the domain's data, and the common ones that it words otherwise. */
export function defineFailures<Own extends string>(
  own: Readonly<Record<Own, FailureKind>>,
): Failures<Own | CommonFailureCode> {
  type Code = Own | CommonFailureCode;
  const kinds: Readonly<Record<Code, FailureKind>> = { ...commonFailureKinds, ...own };
  const codes = Object.keys(kinds) as [Code, ...Code[]];
  return {
    kinds,
    codes,
    workerCodes: codes.filter((code) => kinds[code].family !== "user") as Failures<Code>["workerCodes"],
    isRetryable: (code) => kinds[code].family === "system",
    isWorthRetrying: (code) => kinds[code].family !== "data" || kinds[code].isOfLimit === true,
    remedyFor: (code, attempt, maxAttempts) =>
      attempt > 1 && attempt >= maxAttempts && perhapsOfTheFile.includes(code) ? sameEachTime : kinds[code].remedy,
  };
}

/** Milliseconds to wait before attempt `attempt + 1`, growing with each failed attempt, at most five minutes. */
export function retryBackoffMs(attempt: number): number {
  return Math.min(300_000, 1_000 * 4 ** Math.max(0, attempt - 1));
}
