import { httpStatusOf, toTrpcError, toWireError } from "@tilewright/api";
import type { FastifyInstance } from "fastify";

/** Refusals outside tRPC in one form: `{ error: { code, message, details, requestId } }`. */
export function registerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const ownStatus = statusOf(error);
    if (ownStatus !== null && error instanceof Error) {
      return reply.code(ownStatus).send({ error: { code: "INVALID_INPUT", message: error.message } });
    }
    const refusal = toTrpcError(error);
    if (refusal.code === "INTERNAL_SERVER_ERROR") request.log.error({ err: error }, "a request failed");
    return reply
      .code(httpStatusOf(refusal))
      .header("cache-control", "no-store")
      .send({ error: { ...toWireError(refusal, request.id), message: refusal.message } });
  });
}

/** Fastify's own refusals (a body too large, a malformed request) carry a client status. */
function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !("statusCode" in error)) return null;
  return typeof error.statusCode === "number" && error.statusCode < 500 ? error.statusCode : null;
}
