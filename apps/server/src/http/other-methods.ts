import { TilewrightError } from "@tilewright/core";
import type { FastifyInstance, HTTPMethods } from "fastify";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const satisfies HTTPMethods[];

/**
 * Watches which methods the routes to come take.
 *
 * @returns to be called behind the last of them: from then on their addresses refuse all other methods.
 */
export function watchMethods(app: FastifyInstance): () => void {
  const taken = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    if (!url.includes("*")) taken.set(url, new Set([...(taken.get(url) ?? []), ...[method].flat()]));
  });
  return () => {
    for (const [url, own] of [...taken]) {
      app.route({
        url,
        method: methods.filter((method) => !own.has(method)),
        // Before a body is read: it does not matter what it is.
        onRequest: async (_request, reply) => {
          reply.header("allow", [...own].join(", "));
          throw new TilewrightError("METHOD_NOT_ALLOWED");
        },
        handler: async () => {},
      });
    }
  };
}
