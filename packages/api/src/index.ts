import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { imagesRouter } from "./routers/images.ts";
import { tilingRouter } from "./routers/tiling.ts";
import { uploadsRouter } from "./routers/uploads.ts";
import { router } from "./trpc.ts";

/** Everything a person or a program can ask of the system: one line per domain. */
export const appRouter = router({
  images: imagesRouter,
  uploads: uploadsRouter,
  tiling: tilingRouter,
});

export type AppRouter = typeof appRouter;
export type RouterInputs = inferRouterInputs<AppRouter>;
export type RouterOutputs = inferRouterOutputs<AppRouter>;

export type { RequestContext } from "./context.ts";
export { httpStatusOf, toTrpcError, toWireError, type WireError } from "./errors.ts";
