import { isTerminal } from "@tilewright/core/tiling/status";
import { ConnectionError, connectionErrorOf } from "../connection-error.ts";
import { refusalOf, TilingFailedError, WaitTimeoutError } from "../errors.ts";
import type { Calls, TilingStatus } from "../index.ts";
import { withOwnSignal } from "../own-signal.ts";

export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Gives the waiting up, not the tiling. For ever, if it is not told. */
  readonly timeoutMs?: number | undefined;
  /** Every answer on the way, at the server's own pace. */
  readonly onStatus?: ((status: TilingStatus) => void) | undefined;
}

const pauseWhileOutOfReachMs = 2_000;
const longestAnswerMs = 30_000;

/**
 * Resolves when the newest tiling of the image is COMPLETED. A server that is out of reach for a while is asked again.
 *
 * @throws TilingFailedError the tiling FAILED. @throws TilewrightError IMAGE_NOT_FOUND. @throws WaitTimeoutError.
 * @throws ConnectionError NOT_TILEWRIGHT somebody else answers, such as a proxy that wants credentials.
 */
export function waitUntilReady(calls: Calls, imageId: string, options: WaitOptions = {}): Promise<TilingStatus> {
  const { signal, timeoutMs, onStatus } = options;
  let last: TilingStatus | null = null;
  let trouble: unknown;
  const timeout = (ms: number) => ({ ms, error: () => new WaitTimeoutError(imageId, ms, last, trouble) });
  return withOwnSignal(signal, timeoutMs === undefined ? null : timeout(timeoutMs), async (waiting) => {
    for (;;) {
      const status = await statusOf(calls, imageId, waiting).catch((error: unknown) => {
        waiting.throwIfAborted();
        trouble = passingTrouble(error);
        return null;
      });
      if (status) {
        last = status;
        onStatus?.(status);
        if (status.status === "COMPLETED") return status;
        if (isTerminal(status.status)) throw new TilingFailedError(status);
      }
      await pause(status?.pollAfterMs ?? pauseWhileOutOfReachMs, waiting);
    }
  });
}

function statusOf(calls: Calls, imageId: string, signal: AbortSignal): Promise<TilingStatus> {
  const tooLate = () =>
    new ConnectionError("OUT_OF_REACH", {
      address: calls.baseUrl,
      status: null,
      cause: new Error(`no answer within ${longestAnswerMs / 1_000} s`),
    });
  return withOwnSignal(signal, { ms: longestAnswerMs, error: tooLate }, (own) =>
    calls.tiling.getStatus.query({ imageId }, { signal: own }),
  );
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
