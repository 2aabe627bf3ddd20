import { randomUUID } from "node:crypto";
import helmet from "@fastify/helmet";
import { type Ports, requestLimits } from "@tilewright/core";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import type { ReadinessChecks } from "../readiness/check.ts";
import { registerAnalyses } from "./analyses.ts";
import { baseAddressAt } from "./base-address.ts";
import { registerCrossOrigin } from "./cross-origin.ts";
import { createDecodingLimit } from "./decoding-limit.ts";
import { refuse, refuseOnLine, registerErrors } from "./errors.ts";
import { registerHealth } from "./health.ts";
import { registerHostGuard } from "./host-guard.ts";
import { type LineLimits, lineLimits, registerSlowBodies } from "./line-limits.ts";
import { originForm } from "./origin-form.ts";
import { watchMethods } from "./other-methods.ts";
import { type PartReceiver, registerPartUploads } from "./part-uploads.ts";
import { registerPreviews } from "./previews.ts";
import { registerPyramids } from "./pyramids.ts";
import { registerSources } from "./sources.ts";
import { registerTrpc } from "./trpc.ts";
import { registerWebApp } from "./web-app.ts";

/** What those who ask from elsewhere have to do with. */
export interface EdgeOptions {
  /** Where the server is going to listen. */
  readonly host: string;
  /** Other names that it answers to. */
  readonly allowedHosts: readonly string[];
  /** Origin at which people find it, where a proxy stands before it. */
  readonly publicUrl?: string | undefined;
  /** Addresses and networks whose X-Forwarded-Proto and -Host are believed. */
  readonly trustedProxies: readonly string[];
  /** Of pages elsewhere that may call. */
  readonly allowedOrigins: readonly string[];
}

export interface HttpAppOptions extends EdgeOptions {
  readonly ports: Ports;
  /**
   * Who takes the parts of uploads: this server where the store is its own disk, else the store at an origin of its
   * own.
   */
  readonly parts: { readonly receiver: PartReceiver } | { readonly origin: string };
  readonly workerToken: string;
  /** What has to be well before anybody is sent here. */
  readonly checks: ReadinessChecks;
  /** The built web app. */
  readonly webDirectory: string;
  readonly logger: FastifyBaseLogger;
  readonly limits?: LineLimits;
}

/** The whole HTTP surface: typed calls, upload parts, tiles and the web app. */
export async function createHttpApp(options: HttpAppOptions): Promise<FastifyInstance> {
  const { limits = lineLimits, trustedProxies, publicUrl } = options;
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    http: {
      headersTimeout: limits.headMs,
      connectionsCheckingInterval: limits.lookEveryMs,
      // Refused by the guard, in the form of all refusals.
      requireHostHeader: false,
    },
    rewriteUrl: originForm,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    // A part on a slow line may take long, as long as it moves.
    requestTimeout: 0,
    connectionTimeout: limits.silenceMs,
    keepAliveTimeout: limits.keepAliveMs,
    bodyLimit: requestLimits.bodyBytes,
    routerOptions: { maxParamLength: requestLimits.addressLength },
    frameworkErrors: refuse,
    clientErrorHandler: refuseOnLine,
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
  registerSlowBodies(app, limits);
  registerCrossOrigin(app, options.allowedOrigins);
  registerAddressLimit(app);
  registerHostGuard(app, options.host, options.allowedHosts);
  const refuseOtherMethods = watchMethods(app);
  registerHealth(app, options.checks);
  await registerTrpc(app, options);
  if ("receiver" in options.parts) await registerPartUploads(app, options.parts.receiver);
  registerSources(app, options.ports);
  registerAnalyses(app, options.ports);
  const decode = createDecodingLimit();
  await registerPreviews(app, options.ports, decode);
  await registerPyramids(app, options.ports, { decode, baseAddress: baseAddressAt(publicUrl) });
  refuseOtherMethods();
  await registerWebApp(app, options.webDirectory);
  return app;
}

function registerAddressLimit(app: FastifyInstance): void {
  app.addHook("onRequest", async ({ url }) => {
    if (url.length > requestLimits.addressLength)
      throw Object.assign(new Error("The address is too long."), { statusCode: 414 });
  });
}
