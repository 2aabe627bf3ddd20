import type { FastifyReply, FastifyRequest } from "fastify";

/** Answers 304 without making the body when the asker has it already. */
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
    .header("access-control-allow-origin", "*");
  return content === null
    ? reply.code(304).send()
    : reply
        .type(contentType)
        .send(
          typeof content === "string" ? content : Buffer.from(content.buffer, content.byteOffset, content.byteLength),
        );
}
