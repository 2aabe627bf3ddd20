import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** What viewers on other pages read: tiles, pictures, layers and what describes them. */
const readByOthers = /^\/(?:(?:pyramids|iiif|xyz|previews|analyses)(?:\/|$)|images\/[^/?]+\.dzi(?:\?|$))/;
/** What programs call, send parts to, and get sources from. */
const called = /^\/(?:trpc|api|uploads|images)(?:\/|$)/;
/** As long as browsers keep it at most. */
const preflightSeconds = "7200";

/**
 * Lets any page read pictures, and pages that the operator names do everything. Redirects and refusals say so as well:
 * who may read an answer sees why it is none.
 */
export function registerCrossOrigin(app: FastifyInstance, allowedOrigins: readonly string[]): void {
  const allowed = new Set(allowedOrigins);
  app.addHook("onRequest", async (request, reply) => {
    if (readByOthers.test(request.url)) return letRead(request, reply);
    if (allowed.size > 0 && called.test(request.url)) return letCall(request, reply, allowed);
  });
}

async function letRead(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  reply
    .header("access-control-allow-origin", "*")
    .header("access-control-expose-headers", "accept-ranges, content-range, etag, location")
    .header("cross-origin-resource-policy", "cross-origin");
  if (request.method !== "OPTIONS") return undefined;
  return reply
    .code(204)
    .header("access-control-allow-methods", "GET, HEAD")
    .header("access-control-allow-headers", "*")
    .header("access-control-max-age", "86400")
    .send();
}

async function letCall(
  { headers, method }: FastifyRequest,
  reply: FastifyReply,
  allowed: ReadonlySet<string>,
): Promise<FastifyReply | undefined> {
  // Also of what is refused: a cache must not answer one page with what another one got.
  reply.header("vary", "origin");
  const { origin = "", "access-control-request-headers": asked } = headers;
  if (!allowed.has(origin)) return undefined;
  reply
    .header("access-control-allow-origin", origin)
    // A proxy in front may know its users by a cookie.
    .header("access-control-allow-credentials", "true")
    .header("access-control-expose-headers", "accept-ranges, content-disposition, content-range, etag, retry-after");
  if (method !== "OPTIONS" || headers["access-control-request-method"] === undefined) return undefined;
  if (asked !== undefined) reply.header("access-control-allow-headers", asked);
  return reply
    .code(204)
    .header("access-control-allow-methods", "GET, HEAD, POST, PUT, PATCH, DELETE")
    .header("access-control-max-age", preflightSeconds)
    .send();
}
