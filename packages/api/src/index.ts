import type { JobDomain } from "@tilewright/core";
import type { AnyRouter, inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { analysisRouter } from "./routers/analysis.ts";
import { imagesRouter } from "./routers/images.ts";
import { tilingRouter } from "./routers/tiling.ts";
import { uploadsRouter } from "./routers/uploads.ts";
import { router } from "./trpc.ts";

/** One line per domain. */
const jobRouters = {
  tiling: tilingRouter,
  analysis: analysisRouter,
} as const satisfies Record<JobDomain, AnyRouter>;

/** Everything a person or a program can ask of the system. */
export const appRouter = router({
  images: imagesRouter,
  uploads: uploadsRouter,
  ...jobRouters,
});

export type AppRouter = typeof appRouter;
export type RouterInputs = inferRouterInputs<AppRouter>;
export type RouterOutputs = inferRouterOutputs<AppRouter>;

export type { RequestContext } from "./context.ts";
export { httpStatusOf, toTrpcError, toWireError, type WireError } from "./errors.ts";
