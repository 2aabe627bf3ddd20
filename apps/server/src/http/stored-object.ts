import { Readable } from "node:stream";
import type { ObjectInfo, ObjectStore } from "@tilewright/core/storage";
import type { FastifyReply, FastifyRequest } from "fastify";
import { askedRange, isKnownTo, rangeText } from "./asked-range.ts";

/**
 * Streams an object, or the range of it that is asked for, and 304 to who has it already. Headers beside these are
 * the caller's.
 */
export function sendStored(
  request: FastifyRequest,
  reply: FastifyReply,
  objects: Pick<ObjectStore, "get">,
  { key, sizeBytes }: Pick<ObjectInfo, "key" | "sizeBytes">,
  etag: string,
): FastifyReply {
  reply.header("etag", etag).header("accept-ranges", "bytes").header("x-content-type-options", "nosniff");
  if (isKnownTo(request, etag)) return reply.code(304).send();
  const asked = askedRange(request, etag, sizeBytes);
  if (asked === "NONE") return reply.code(416).header("content-range", `bytes */${sizeBytes}`).send();
  const range = asked === "ALL" ? { start: 0, end: sizeBytes } : asked;
  if (asked !== "ALL") reply.code(206).header("content-range", rangeText(range, sizeBytes));
  reply.header("content-length", range.end - range.start);
  return request.method === "HEAD" ? reply.send() : reply.send(Readable.from(objects.get(key, range)));
}
