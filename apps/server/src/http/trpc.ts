import { createHash, timingSafeEqual } from "node:crypto";
import { type AppRouter, appRouter, type RequestContext } from "@tilewright/api";
import type { Ports } from "@tilewright/core";
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from "@trpc/server/adapters/fastify";
import type { FastifyInstance, FastifyRequest } from "fastify";

interface TrpcOptions {
  readonly ports: Ports;
  readonly workerToken: string;
}

export async function registerTrpc(app: FastifyInstance, { ports, workerToken }: TrpcOptions): Promise<void> {
  const createContext = ({ req }: { req: FastifyRequest }): RequestContext => ({
    ports,
    requestId: req.id,
    isWorker: isSame(req.headers.authorization ?? "", `Bearer ${workerToken}`),
    logFault: (error) => req.log.error({ err: error }, "a call failed"),
  });
  await app.register(fastifyTRPCPlugin, {
    prefix: "/trpc",
    trpcOptions: { router: appRouter, createContext } satisfies FastifyTRPCPluginOptions<AppRouter>["trpcOptions"],
  });
}

/** Compares in a time that tells nothing about the expected text. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
