import { randomUUID } from "node:crypto";
import helmet from "@fastify/helmet";
import type { Ports } from "@tilewright/core";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import { createDecodingTurns } from "./decoding-turns.ts";
import { registerErrors } from "./errors.ts";
import { registerHostGuard } from "./host-guard.ts";
import { type PartReceiver, registerPartUploads } from "./part-uploads.ts";
import { registerPreviews } from "./previews.ts";
import { registerPyramids } from "./pyramids.ts";
import { registerTrpc } from "./trpc.ts";
import { registerWebApp } from "./web-app.ts";

export interface HttpAppOptions {
  readonly ports: Ports;
  /** Who takes the parts of uploads: this server where the store is its own disk, else the store at an origin of its own. */
  readonly parts: { readonly receiver: PartReceiver } | { readonly origin: string };
  readonly workerToken: string;
  /** Where the server is going to listen. */
  readonly host: string;
  /** Other names that it answers to. */
  readonly allowedHosts: readonly string[];
  /** The built web app. */
  readonly webDirectory: string;
  readonly logger: FastifyBaseLogger;
}

/** The whole HTTP surface: typed calls, upload parts, tiles and the web app. */
export async function createHttpApp(options: HttpAppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    // A part on a slow line may take long; a connection on which nothing moves is closed by the socket timeout below.
    requestTimeout: 0,
    connectionTimeout: 120_000,
    routerOptions: { maxParamLength: 5_000 },
    forceCloseConnections: true,
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // The page computes digests in WebAssembly; this allows no eval of JavaScript.
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", "data:", "blob:"],
        connectSrc: ["'self'", ...("origin" in options.parts ? [options.parts.origin] : [])],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        frameAncestors: ["'self'"],
        formAction: ["'self'"],
      },
    },
    // Plain HTTP on loopback is the default; whoever puts TLS in front sets this there.
    strictTransportSecurity: false,
    crossOriginResourcePolicy: { policy: "cross-origin" },
  });
  registerErrors(app);
  registerHostGuard(app, options.host, options.allowedHosts);
  app.get("/healthz", async () => ({ status: "ok" }));
  await registerTrpc(app, options);
  if ("receiver" in options.parts) await registerPartUploads(app, options.parts.receiver);
  const decode = createDecodingTurns();
  await registerPreviews(app, options.ports, decode);
  await registerPyramids(app, options.ports, decode);
  await registerWebApp(app, options.webDirectory);
  return app;
}
