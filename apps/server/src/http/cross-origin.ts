import type { FastifyInstance } from "fastify";

/** What viewers on other pages read: tiles, pictures and what describes them. */
const readByOthers = /^\/(?:(?:pyramids|iiif|xyz|previews)(?:\/|$)|images\/[^/?]+\.dzi(?:\?|$))/;

/** Lets any page read pictures, and see why it does not get one: redirects and refusals say so as well. */
export function registerCrossOrigin(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    if (!readByOthers.test(request.url)) return;
    reply
      .header("access-control-allow-origin", "*")
      .header("access-control-expose-headers", "accept-ranges, content-range, etag, location")
      .header("cross-origin-resource-policy", "cross-origin");
    if (request.method !== "OPTIONS") return;
    return reply
      .code(204)
      .header("access-control-allow-methods", "GET, HEAD")
      .header("access-control-allow-headers", "*")
      .header("access-control-max-age", "86400")
      .send();
  });
}
