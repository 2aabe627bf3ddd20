import { TilewrightError } from "@tilewright/core";
import { initTRPC } from "@trpc/server";
import type { RequestContext } from "./context.ts";
import { httpStatusOf, toTrpcError, toWireError } from "./errors.ts";

const t = initTRPC.context<RequestContext>().create({
  errorFormatter: ({ shape, error, ctx }) => {
    const refusal = toTrpcError(error);
    const { stack: _stack, ...data } = shape.data;
    return {
      ...shape,
      message: refusal.message,
      data: { ...data, httpStatus: httpStatusOf(refusal), tilewright: toWireError(refusal, ctx?.requestId ?? null) },
    };
  },
});

export const router = t.router;

/** Turns every error into its transport form, once for all procedures; faults of the program are logged. */
const withTypedErrors = t.middleware(async ({ ctx, next }) => {
  const result = await next();
  if (result.ok) return result;
  const refusal = toTrpcError(result.error);
  if (refusal.code === "INTERNAL_SERVER_ERROR") ctx.logFault(result.error.cause ?? result.error);
  throw refusal;
});

export const procedure = t.procedure.use(withTypedErrors);

/** @throws TilewrightError UNAUTHENTICATED */
export const workerProcedure = procedure.use(({ ctx, next }) => {
  if (!ctx.isWorker) throw new TilewrightError("UNAUTHENTICATED");
  return next();
});
