import type { WireError } from "@tilewright/api";
import { isErrorCode, TilewrightError } from "@tilewright/core/errors";
import type { TilingStatus } from "@tilewright/core/tiling/schemas";

/** A tiling ended as FAILED; `status.failure` says why and what to do. */
export class TilingFailedError extends Error {
  readonly status: TilingStatus;

  constructor(status: TilingStatus) {
    super(status.failure ? `${status.failure.reason} ${status.failure.remedy}` : "The tiling failed.");
    this.name = "TilingFailedError";
    this.status = status;
  }
}

/** The time that `waitUntilReady` was given is over; the tiling itself goes on. */
export class WaitTimeoutError extends Error {
  readonly timeoutMs: number;
  /** The last answer; null when there was none, and then `cause` says what stood in the way. */
  readonly lastStatus: TilingStatus | null;

  constructor(imageId: string, timeoutMs: number, lastStatus: TilingStatus | null, cause: unknown) {
    const last = lastStatus ? `its tiling is ${lastStatus.status}` : `last: ${messageOf(cause)}`;
    super(`Image ${imageId} was not ready within ${timeoutMs / 1_000} s; ${last}.`, { cause });
    this.name = "WaitTimeoutError";
    this.timeoutMs = timeoutMs;
    this.lastStatus = lastStatus;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : "no answer came");

/**
 * The server's typed refusal inside whatever a call threw: switch over its `code`. `null` when the server did not
 * refuse, but was out of reach, at fault or without its database: then nobody knows what became of the call, and the
 * same call may be made again.
 */
export function refusalOf(error: unknown): TilewrightError | null {
  if (error instanceof TilewrightError) return error;
  if (!(error instanceof Error)) return null;
  if (error.cause instanceof TilewrightError) return error.cause;
  if (!("data" in error)) return null;
  const wire = (error.data as { tilewright?: Partial<WireError> } | null | undefined)?.tilewright;
  if (wire?.code === "DATABASE_UNAVAILABLE") return null;
  return isErrorCode(wire?.code) ? new TilewrightError(wire.code, error.message, wire.details) : null;
}
