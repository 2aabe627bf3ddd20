import type { JobDomain } from "@tilewright/core";
import { isTerminal } from "@tilewright/core/jobs";
import { ConnectionError, connectionErrorOf } from "../connection-error.ts";
import { withOwnSignal } from "../own-signal.ts";
import { refusalOf } from "../refusal.ts";
import type { JobFailedError } from "./job-failed-error.ts";
import type { JobStatus } from "./job-status.ts";
import { WaitTimeoutError } from "./wait-timeout-error.ts";

export interface JobWaitOptions<Status extends JobStatus> {
  readonly signal?: AbortSignal | undefined;
  /** Gives the waiting up, not the job. For ever, if it is not told. */
  readonly timeoutMs?: number | undefined;
  /** Every answer on the way, at the server's own pace. */
  readonly onStatus?: ((status: Status) => void) | undefined;
}

/** A domain's job as something to wait for. */
export interface AwaitedJob<Status extends JobStatus> {
  readonly domain: JobDomain;
  readonly imageId: string;
  /** Where the server answers. */
  readonly address: string;
  /** @param last the answer before, of which only what has changed needs to travel. */
  ask(signal: AbortSignal, last: Status | null): Promise<Status>;
  failed(status: Status): JobFailedError<Status>;
}

const pauseWhileOutOfReachMs = 2_000;
const longestAnswerMs = 30_000;

/**
 * Resolves when the job is COMPLETED. A server that is out of reach for a while is asked again.
 *
 * @throws JobFailedError the domain's own: the job FAILED. @throws TilewrightError the refusal. @throws
 * WaitTimeoutError.
 * @throws ConnectionError NOT_TILEWRIGHT somebody else answers, such as a proxy that wants credentials.
 */
export function waitUntilDone<Status extends JobStatus>(
  job: AwaitedJob<Status>,
  { signal, timeoutMs, onStatus }: JobWaitOptions<Status> = {},
): Promise<Status> {
  let last: Status | null = null;
  let trouble: unknown;
  const timeout = (ms: number) => ({
    ms,
    error: () => new WaitTimeoutError(job.imageId, job.domain, ms, last, trouble),
  });
  return withOwnSignal(signal, timeoutMs === undefined ? null : timeout(timeoutMs), async (waiting) => {
    for (;;) {
      const status = await statusOf(job, last, waiting).catch((error: unknown) => {
        waiting.throwIfAborted();
        trouble = passingTrouble(error);
        return null;
      });
      if (status) {
        last = status;
        onStatus?.(status);
        if (status.status === "COMPLETED") return status;
        if (isTerminal(status.status)) throw job.failed(status);
      }
      await pause(status?.pollAfterMs ?? pauseWhileOutOfReachMs, waiting);
    }
  });
}

function statusOf<Status extends JobStatus>(
  job: AwaitedJob<Status>,
  last: Status | null,
  signal: AbortSignal,
): Promise<Status> {
  const tooLate = () =>
    new ConnectionError("OUT_OF_REACH", {
      address: job.address,
      status: null,
      cause: new Error(`no answer within ${longestAnswerMs / 1_000} s`),
    });
  return withOwnSignal(signal, { ms: longestAnswerMs, error: tooLate }, (own) => job.ask(own, last));
}
/** What another question may be answered better. @throws whatever can't be mended by asking again. */
function passingTrouble(error: unknown): unknown {
  const refusal = refusalOf(error);
  if (refusal && refusal.code !== "SERVER_BUSY") throw refusal;
  const trouble = connectionErrorOf(error);
  if (trouble && trouble.code !== "OUT_OF_REACH") throw trouble;
  const isOfServer = error instanceof Error && "data" in error && Boolean(error.data);
  if (!refusal && !trouble && !isOfServer) throw error;
  return error;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return withOwnSignal(signal, null, (own) => {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      own.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(own.reason);
      });
    });
  });
}
