import { type ErrorCode, type ErrorDetails, TilewrightError } from "@tilewright/core";
import { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { ZodError, z } from "zod";

type TransportCode = TRPCError["code"];

const transportCodes = {
  INVALID_INPUT: "BAD_REQUEST",
  HOST_NOT_ALLOWED: "BAD_REQUEST",
  NO_SUCH_ADDRESS: "NOT_FOUND",
  METHOD_NOT_ALLOWED: "METHOD_NOT_SUPPORTED",
  MEDIA_TYPE_NOT_TAKEN: "UNSUPPORTED_MEDIA_TYPE",
  REQUEST_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  REQUEST_TOO_SLOW: "TIMEOUT",
  UNAUTHENTICATED: "UNAUTHORIZED",
  IMAGE_NOT_FOUND: "NOT_FOUND",
  JOB_NOT_FOUND: "NOT_FOUND",
  UPLOAD_NOT_FOUND: "NOT_FOUND",
  OBJECT_NOT_FOUND: "NOT_FOUND",
  EMPTY_FILE: "UNPROCESSABLE_CONTENT",
  FILE_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  SLIDE_INCOMPLETE: "UNPROCESSABLE_CONTENT",
  PART_NUMBER_OUT_OF_RANGE: "BAD_REQUEST",
  PART_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  PART_TOO_SMALL: "BAD_REQUEST",
  PARTS_MISSING: "CONFLICT",
  PART_URL_INVALID: "FORBIDDEN",
  PART_URL_EXPIRED: "FORBIDDEN",
  SIZE_MISMATCH: "CONFLICT",
  UPLOAD_CLOSED: "CONFLICT",
  STALE_ATTEMPT: "CONFLICT",
  JOB_FINISHED: "CONFLICT",
  JOB_NOT_FAILED: "CONFLICT",
  MANIFEST_MISSING: "PRECONDITION_FAILED",
  PREVIEW_MISSING: "PRECONDITION_FAILED",
  KIND_NOT_FOUND: "NOT_FOUND",
  KIND_WITHDRAWN: "CONFLICT",
  KIND_CHANGED: "CONFLICT",
  KIND_NOT_REGISTERED: "PRECONDITION_FAILED",
  TOO_MANY_KINDS: "TOO_MANY_REQUESTS",
  PARAMETERS_INVALID: "UNPROCESSABLE_CONTENT",
  NO_PYRAMID: "PRECONDITION_FAILED",
  TOO_MANY_ANALYSES: "TOO_MANY_REQUESTS",
  RESULT_INVALID: "UNPROCESSABLE_CONTENT",
  LAYER_MISSING: "PRECONDITION_FAILED",
  LAYER_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  JOB_NOT_FINISHED: "CONFLICT",
  SOURCE_DAMAGED: "UNPROCESSABLE_CONTENT",
  TOO_MANY_UPLOADS: "TOO_MANY_REQUESTS",
  // 507 is unknown to tRPC: see httpStatusOf.
  STORAGE_FULL: "SERVICE_UNAVAILABLE",
  SERVER_BUSY: "SERVICE_UNAVAILABLE",
  NOT_READY: "SERVICE_UNAVAILABLE",
  DATABASE_UNAVAILABLE: "SERVICE_UNAVAILABLE",
  STORAGE_UNAVAILABLE: "SERVICE_UNAVAILABLE",
  STORE_OF_OTHER_DATABASE: "PRECONDITION_FAILED",
  STORE_NOT_MARKED: "PRECONDITION_FAILED",
} as const satisfies Record<ErrorCode, TransportCode>;

/** How a refusal looks on the wire, beside tRPC's own fields. */
export interface WireError {
  readonly code: ErrorCode | "INTERNAL";
  readonly details: ErrorDetails;
  readonly requestId: string | null;
}

export function toTrpcError(error: unknown): TRPCError {
  if (error instanceof TRPCError) {
    if (error.cause instanceof TilewrightError) return toTrpcError(error.cause);
    if (error.cause instanceof ZodError && error.code === "BAD_REQUEST") {
      return toTrpcError(new TilewrightError("INVALID_INPUT", sentenceOf(error.cause)));
    }
    if (error.code !== "INTERNAL_SERVER_ERROR") return toTrpcError(refusalOf(error));
  }
  if (error instanceof TilewrightError) {
    return new TRPCError({ code: transportCodes[error.code], message: error.message, cause: error });
  }
  return new TRPCError({
    code: "INTERNAL_SERVER_ERROR",
    message: "Something went wrong inside the server. Its log has the details under this request id.",
  });
}

/** tRPC's own refusals, in our words: a call that there is not, a batch that is too long, a body that is no JSON. */
function refusalOf({ code, message, cause }: TRPCError): TilewrightError {
  const same = ownCodes.find((each) => transportCodes[each] === code);
  if (same) return new TilewrightError(same);
  return new TilewrightError("INVALID_INPUT", cause instanceof SyntaxError ? "The input is not JSON." : message);
}

const ownCodes = [
  "NO_SUCH_ADDRESS",
  "METHOD_NOT_ALLOWED",
  "MEDIA_TYPE_NOT_TAKEN",
  "REQUEST_TOO_LARGE",
] as const satisfies ErrorCode[];

/** The first few of what is wrong: there may be as many as the input has values. */
function sentenceOf({ issues }: ZodError): string {
  const text = z.prettifyError(new ZodError(issues.slice(0, 5)));
  return text.length > 1_000 ? `${text.slice(0, 1_000).toWellFormed()} …` : text;
}

/** Insufficient Storage, where that is what it is. */
export const httpStatusOf = (error: TRPCError): number =>
  error.cause instanceof TilewrightError && error.cause.code === "STORAGE_FULL"
    ? 507
    : getHTTPStatusCodeFromError(error);

export function toWireError(error: TRPCError, requestId: string | null): WireError {
  return error.cause instanceof TilewrightError
    ? { code: error.cause.code, details: error.cause.details, requestId }
    : { code: error.code === "INTERNAL_SERVER_ERROR" ? "INTERNAL" : "INVALID_INPUT", details: {}, requestId };
}
