import fastifyStatic from "@fastify/static";
import { TilewrightError } from "@tilewright/core";
import type { FastifyInstance, FastifyRequest } from "fastify";

/** What programs ask for, now or one day: never a page. */
const forPrograms =
  /^\/(?:trpc|api|pyramids|iiif|xyz|previews|analyses|images|uploads|parts|assets|metrics|healthz|readyz)(?:\/|$)/i;
const ownPages = /^\/(?:slides\/[^/]+\/?)?$/;

/** The built web app; addresses of its own pages all lead to its one document. */
export async function registerWebApp(app: FastifyInstance, directory: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: directory,
    // As the build has compressed them, beside each.
    preCompressed: true,
    setHeaders: (reply, path) => {
      // Built assets carry a hash of their content in their names.
      const lasting = path.includes("/assets/");
      reply.header("cache-control", lasting ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
  app.setNotFoundHandler(async (request, reply) => {
    if (!isPage(request)) throw new TilewrightError("NO_SUCH_ADDRESS");
    if (request.method !== "GET" && request.method !== "HEAD") {
      reply.header("allow", "GET, HEAD");
      throw new TilewrightError("METHOD_NOT_ALLOWED");
    }
    return reply.sendFile("index.html");
  });
}

/** A page of ours, or what a browser that goes there takes for one: the web app says that there is none. */
function isPage({ url, headers }: FastifyRequest): boolean {
  const path = url.replace(/[?#].*$/s, "");
  if (ownPages.test(path)) return true;
  const isNavigation = headers.accept?.includes("text/html") ?? false;
  return isNavigation && !forPrograms.test(path) && !path.slice(path.lastIndexOf("/")).includes(".");
}
