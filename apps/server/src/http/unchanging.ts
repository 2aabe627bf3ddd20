import type { FastifyReply, FastifyRequest } from "fastify";
import { askedRange, isKnownTo, rangeText } from "./asked-range.ts";

/**
 * Options of a route that serves nothing but tiles: helmet's policies are for pages, and working them out for each
 * request cost more than reading the tile. What matters for a picture, `unchanging` says.
 */
export const tileRoute = { helmet: false } as const;

/** A picture's bytes never change. */
const keptForGood = "public, max-age=31536000, immutable";
/** What describes pictures never changes either, but is gone when they are: whoever has it asks again. */
const keptWhileThere = "no-cache";

/** Answers 304 without making the body when the asker has it already, and a part of it when asked for one range. */
export async function unchanging(
  request: FastifyRequest,
  reply: FastifyReply,
  identity: string,
  contentType: string,
  body: () => Promise<string | Uint8Array>,
): Promise<FastifyReply> {
  const etag = `"${identity}"`;
  const content = isKnownTo(request, etag) ? null : await body();
  reply
    .header("etag", etag)
    .header("cache-control", contentType.startsWith("image/") ? keptForGood : keptWhileThere)
    .header("accept-ranges", "bytes")
    .header("x-content-type-options", "nosniff");
  if (content === null) return reply.code(304).send();
  const bytes =
    typeof content === "string"
      ? Buffer.from(content)
      : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  return sendRange(request, reply.type(contentType), etag, bytes);
}

function sendRange(request: FastifyRequest, reply: FastifyReply, etag: string, content: Buffer): FastifyReply {
  const asked = askedRange(request, etag, content.length);
  if (asked === "ALL") return reply.send(content);
  if (asked === "NONE") return reply.code(416).header("content-range", `bytes */${content.length}`).send();
  return reply
    .code(206)
    .header("content-range", rangeText(asked, content.length))
    .send(content.subarray(asked.start, asked.end));
}
