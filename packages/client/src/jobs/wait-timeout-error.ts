import type { TilingStatus } from "../answers.ts";
import type { JobStatus } from "./job-status.ts";

/** The time that a wait was given is over; the job itself goes on. */
export class WaitTimeoutError<Status extends JobStatus = TilingStatus> extends Error {
  override name = "WaitTimeoutError";
  readonly timeoutMs: number;
  /** The last answer; null when there was none, and then `cause` says what stood in the way. */
  readonly lastStatus: Status | null;

  constructor(imageId: string, domain: string, timeoutMs: number, lastStatus: Status | null, cause: unknown) {
    const last = lastStatus ? `its ${domain} is ${lastStatus.status}` : `last: ${messageOf(cause)}`;
    super(`Image ${imageId} was not ready within ${timeoutMs / 1_000} s; ${last}.`, { cause });
    this.timeoutMs = timeoutMs;
    this.lastStatus = lastStatus;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : "no answer came");
