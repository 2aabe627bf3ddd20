import { createHash, timingSafeEqual } from "node:crypto";
import compress from "@fastify/compress";
import { appRouter, type RequestContext } from "@tilewright/api";
import { type Ports, requestLimits } from "@tilewright/core";
import { fastifyRequestHandler } from "@trpc/server/adapters/fastify";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { registerWholeAnswers } from "./whole-answers.ts";

interface TrpcOptions {
  readonly ports: Ports;
  readonly workerToken: string;
}

/** Typed calls. Nothing but JSON is read: tRPC would take a form of any size into memory. */
export async function registerTrpc(app: FastifyInstance, { ports, workerToken }: TrpcOptions): Promise<void> {
  const createContext = ({ req }: { req: FastifyRequest }): RequestContext => ({
    ports,
    requestId: req.id,
    isWorker: isSame(req.headers.authorization ?? "", `Bearer ${workerToken}`),
    logFault: (error) => req.log.error({ err: error }, "a call failed"),
  });
  await app.register(async (scope) => {
    registerWholeAnswers(scope);
    // What is sent is compressed; what comes is not unpacked, as it could become any size.
    await scope.register(compress, { encodings: ["br", "gzip"], globalDecompression: false });
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => done(null, body));
    scope.route<{ Params: { path: string } }>({
      method: ["GET", "POST"],
      url: "/trpc/:path",
      exposeHeadRoute: false,
      handler: (req, res) =>
        fastifyRequestHandler({
          router: appRouter,
          createContext,
          // A question that is too long for an address comes as a body.
          allowMethodOverride: true,
          maxBatchSize: requestLimits.calls,
          // Also of what is refused before a procedure is reached.
          responseMeta: () => ({ headers: { "content-type": "application/json" } }),
          req: req as FastifyRequest,
          res,
          path: req.params.path,
        }),
    });
  });
}

/** Compares in a time that tells nothing about the expected text. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
