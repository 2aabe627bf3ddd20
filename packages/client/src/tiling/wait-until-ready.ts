import type { TilingStatus } from "../answers.ts";
import type { Calls } from "../calls.ts";
import { type JobWaitOptions, waitUntilDone } from "../jobs/wait-until-done.ts";
import { followTiling } from "./follow-tiling.ts";
import { TilingFailedError } from "./tiling-failed-error.ts";

export type WaitOptions = JobWaitOptions<TilingStatus>;

/**
 * Resolves when the newest tiling of the image is COMPLETED. A server that is out of reach for a while is asked again.
 *
 * @throws TilingFailedError the tiling FAILED. @throws TilewrightError IMAGE_NOT_FOUND. @throws WaitTimeoutError.
 * @throws ConnectionError NOT_TILEWRIGHT somebody else answers, such as a proxy that wants credentials.
 */
export const waitUntilReady = (calls: Calls, imageId: string, options?: WaitOptions): Promise<TilingStatus> =>
  waitUntilDone(
    {
      domain: "tiling",
      imageId,
      address: calls.baseUrl,
      ask: (signal, last) => followTiling(calls, imageId, last, signal),
      failed: (status) => new TilingFailedError(status),
    },
    options,
  );
