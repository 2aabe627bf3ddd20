import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";

/** How long the server waits for those who are on the line. */
export interface LineLimits {
  /** For the head of a request, from the connection or the answer before. */
  readonly headMs: number;
  /** How often that is looked at. */
  readonly lookEveryMs: number;
  /** In each such time, a body must bring at least so many bytes. */
  readonly bodyWindowMs: number;
  readonly leastBodyBytes: number;
  /** For the next request on a line that is kept open. */
  readonly keepAliveMs: number;
  /** Without a byte in either direction: longer than any call waits for its answer. */
  readonly silenceMs: number;
  /** Open at the same time. */
  readonly connections: number;
}

/** A part on a line of 9 kbit/s is still waited for. */
export const lineLimits: LineLimits = {
  headMs: 20_000,
  lookEveryMs: 2_000,
  bodyWindowMs: 30_000,
  leastBodyBytes: 32 * 1024,
  keepAliveMs: 72_000,
  silenceMs: 120_000,
  connections: 1_000,
};

/** Hangs up on bodies that come so slowly that their sender is gone, or only holds the line. */
export function registerSlowBodies(app: FastifyInstance, limits: LineLimits): void {
  app.server.maxConnections = limits.connections;
  app.addHook("onRequest", async ({ raw, log }) => {
    const { "content-length": announced, "transfer-encoding": chunked } = raw.headers;
    if (chunked === undefined && !Number(announced)) return;
    watch(raw, limits, () => log.info({ url: raw.url }, "a body came too slowly"));
  });
}

function watch(body: IncomingMessage, { bodyWindowMs, leastBodyBytes }: LineLimits, onSlow: () => void): void {
  const { socket } = body;
  let seenBytes = socket.bytesRead;
  const timer = setInterval(() => {
    const came = socket.bytesRead - seenBytes;
    seenBytes = socket.bytesRead;
    if (body.complete || socket.destroyed) return clearInterval(timer);
    // What waits here has come: it is we who are slow.
    if (came >= leastBodyBytes || body.readableLength > 0) return;
    onSlow();
    socket.destroy();
  }, bodyWindowMs).unref();
  body.once("end", () => clearInterval(timer));
}
