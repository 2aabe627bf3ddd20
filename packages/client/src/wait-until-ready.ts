import { isTerminal } from "@tilewright/core/tiling/status";
import { refusalOf, TilingFailedError } from "./errors.ts";
import type { Calls, TilingStatus } from "./index.ts";

export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Every answer on the way, at the server's own pace. */
  readonly onStatus?: ((status: TilingStatus) => void) | undefined;
}

const pauseWhileOutOfReachMs = 2_000;

/**
 * Resolves when the newest tiling of the image is COMPLETED. A server that is out of reach for a while is asked again.
 *
 * @throws TilingFailedError the tiling FAILED. @throws TilewrightError IMAGE_NOT_FOUND
 */
export async function waitUntilReady(calls: Calls, imageId: string, options: WaitOptions = {}): Promise<TilingStatus> {
  const { signal = new AbortController().signal, onStatus } = options;
  for (;;) {
    const status = await calls.tiling.getStatus.query({ imageId }, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      const refusal = refusalOf(error);
      if (refusal) throw refusal;
      return null;
    });
    if (status) onStatus?.(status);
    if (status && isTerminal(status.status)) {
      if (status.status === "COMPLETED") return status;
      throw new TilingFailedError(status);
    }
    await pause(status?.pollAfterMs ?? pauseWhileOutOfReachMs, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", stopped, { once: true });
    function done() {
      signal.removeEventListener("abort", stopped);
      resolve();
    }
    function stopped() {
      clearTimeout(timer);
      reject(signal.reason);
    }
  });
}
