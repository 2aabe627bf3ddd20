import type { TilingStatus } from "../answers.ts";
import { JobFailedError } from "../jobs/job-failed-error.ts";

/** A tiling ended as FAILED; `status.failure` says why and what to do. */
export class TilingFailedError extends JobFailedError<TilingStatus> {
  override name = "TilingFailedError";

  constructor(status: TilingStatus) {
    super(status, "The tiling failed.");
  }
}
