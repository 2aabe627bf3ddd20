import type { AppRouter } from "@tilewright/api";
import { requestLimits } from "@tilewright/core/limits";
import { httpBatchLink, httpLink, splitLink, type TRPCLink } from "@trpc/client";

export interface Connection {
  /** Where the server answers, such as `http://127.0.0.1:8420`. */
  readonly baseUrl: string;
  /** Only workers need one. */
  readonly workerToken?: string | undefined;
}

/** How calls travel: questions asked in the same tick share one request, changes go one by one. */
export function tilewrightLinks({ baseUrl, workerToken }: Connection): TRPCLink<AppRouter>[] {
  const options = {
    url: new URL("/trpc", baseUrl).href,
    headers: workerToken === undefined ? {} : { authorization: `Bearer ${workerToken}` },
  };
  return [
    splitLink({
      condition: (operation) => operation.type === "query",
      true: httpBatchLink({ ...options, maxItems: requestLimits.calls, maxURLLength: requestLimits.addressLength }),
      false: httpLink(options),
    }),
  ];
}
