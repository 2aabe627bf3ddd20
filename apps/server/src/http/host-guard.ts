import type { FastifyInstance } from "fastify";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * A server that listens on loopback answers only to loopback's names. Without this, a web page anywhere could let its
 * own name point to 127.0.0.1 and use the server through its visitor's browser.
 */
export function registerHostGuard(app: FastifyInstance, listenHost: string): void {
  if (!loopback.has(listenHost) && listenHost !== "::1") return;
  app.addHook("onRequest", async (request, reply) => {
    const name = (request.headers.host ?? "").replace(/:\d+$/, "");
    if (loopback.has(name)) return;
    const message = "This server answers only to localhost. Set HOST to make it reachable under other names.";
    return reply.code(421).send({ error: { code: "INVALID_INPUT", message } });
  });
}
