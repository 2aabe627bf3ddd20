import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

/** The built web app; addresses of its own pages all lead to its one document. */
export async function registerWebApp(app: FastifyInstance, directory: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: directory,
    setHeaders: (reply, path) => {
      // Built assets carry a hash of their content in their names.
      const lasting = path.includes("/assets/");
      reply.header("cache-control", lasting ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
  app.setNotFoundHandler(async (request, reply) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const isPage =
      request.method === "GET" &&
      !pathname.startsWith("/trpc") &&
      !pathname.slice(pathname.lastIndexOf("/")).includes(".");
    if (isPage) return reply.header("cache-control", "no-cache").sendFile("index.html");
    return reply.code(404).send({ error: { code: "INVALID_INPUT", message: "There is nothing at this address." } });
  });
}
