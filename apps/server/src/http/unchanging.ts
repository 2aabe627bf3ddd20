import type { FastifyReply, FastifyRequest } from "fastify";
import parseRange from "range-parser";

/**
 * Options of a route that serves nothing but pictures: helmet's policies are for pages, and working them out for each
 * request cost more than reading the tile. What matters for a picture, `unchanging` says.
 */
export const pictures = { helmet: false } as const;

/** Answers 304 without making the body when the asker has it already, and a part of it when asked for one range. */
export async function unchanging(
  request: FastifyRequest,
  reply: FastifyReply,
  identity: string,
  contentType: string,
  body: () => Promise<string | Uint8Array>,
): Promise<FastifyReply> {
  const etag = `"${identity}"`;
  const known = request.headers["if-none-match"]?.split(",").map((each) => each.trim().replace(/^W\//, "")) ?? [];
  const fresh = known.includes(etag) || known.includes("*");
  const content = fresh ? null : await body();
  reply
    .header("etag", etag)
    .header("cache-control", "public, max-age=31536000, immutable")
    .header("accept-ranges", "bytes")
    .header("access-control-allow-origin", "*")
    .header("cross-origin-resource-policy", "cross-origin")
    .header("x-content-type-options", "nosniff");
  if (content === null) return reply.code(304).send();
  const bytes =
    typeof content === "string"
      ? Buffer.from(content)
      : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  return sendRange(request, reply.type(contentType), etag, bytes);
}

/** Several ranges at once are answered in full, as HTTP allows. */
function sendRange(request: FastifyRequest, reply: FastifyReply, etag: string, content: Buffer): FastifyReply {
  const { range, "if-range": ifRange } = request.headers;
  if (!range || (ifRange !== undefined && ifRange !== etag)) return reply.send(content);
  const ranges = parseRange(content.length, range);
  if (ranges === -1) return reply.code(416).header("content-range", `bytes */${content.length}`).send();
  const [only] = ranges === -2 ? [] : ranges;
  if (!only || ranges === -2 || ranges.length > 1 || ranges.type !== "bytes") return reply.send(content);
  return reply
    .code(206)
    .header("content-range", `bytes ${only.start}-${only.end}/${content.length}`)
    .send(content.subarray(only.start, only.end + 1));
}
