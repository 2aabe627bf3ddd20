import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { httpStatusOf, toTrpcError, toWireError, type WireError } from "@tilewright/api";
import { type ErrorCode, TilewrightError } from "@tilewright/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

interface Refusal {
  readonly status: number;
  /** All refusals outside tRPC have this form. */
  readonly body: { readonly error: WireError & { readonly message: string } };
}

/** Answers what is thrown while a request is handled, and what Fastify itself refuses. */
export function registerErrors(app: FastifyInstance): void {
  app.setErrorHandler(refuse);
}

export function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, body } = refusalOf(error, request.id);
  if (status === 500) request.log.error({ err: error }, "a request failed");
  return reply
    .code(status)
    .header("cache-control", "no-store")
    .removeHeader("etag")
    .type("application/json; charset=utf-8")
    .send(body);
}

/** Answers what is no HTTP at all, or came too slowly to become a request, and closes the line. */
export function refuseOnLine(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const status = error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : error.code === "HPE_HEADER_OVERFLOW" ? 431 : 400;
  const text = JSON.stringify(refusalOf(Object.assign(new Error(), { statusCode: status }), null).body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(text)}`,
    "cache-control: no-store",
    "connection: close",
  ];
  if (socket.writable) socket.write(`${head.join("\r\n")}\r\n\r\n${text}`);
  socket.destroy(error);
}

function refusalOf(error: unknown, requestId: string | null): Refusal {
  const ownStatus = statusOf(error);
  const own = ownStatus === null ? error : new TilewrightError(codesOfStatus[ownStatus] ?? "INVALID_INPUT");
  const refusal = toTrpcError(own);
  return {
    // What a static file's address must not say is not there.
    status: ownStatus === 403 ? 404 : (ownStatus ?? httpStatusOf(refusal)),
    body: { error: { ...toWireError(refusal, requestId), message: refusal.message } },
  };
}

/** Fastify's own refusals (a body too large, a malformed address) carry a client status. */
function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !("statusCode" in error)) return null;
  const { statusCode } = error;
  return typeof statusCode === "number" && statusCode >= 400 && statusCode < 500 ? statusCode : null;
}

const codesOfStatus: Readonly<Record<number, ErrorCode>> = {
  403: "NO_SUCH_ADDRESS",
  404: "NO_SUCH_ADDRESS",
  405: "METHOD_NOT_ALLOWED",
  408: "REQUEST_TOO_SLOW",
  413: "REQUEST_TOO_LARGE",
  414: "REQUEST_TOO_LARGE",
  415: "MEDIA_TYPE_NOT_TAKEN",
  421: "HOST_NOT_ALLOWED",
  429: "SERVER_BUSY",
  431: "REQUEST_TOO_LARGE",
};
