import type { WireError } from "@tilewright/api";
import { isErrorCode, TilewrightError } from "@tilewright/core";

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
