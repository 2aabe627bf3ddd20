import type { AppRouter } from "@tilewright/api";
import { requestLimits } from "@tilewright/core/limits";
import { httpBatchLink, httpLink, splitLink, type TRPCLink } from "@trpc/client";
import { addressBelow } from "./address.ts";
import { askingBy } from "./ask.ts";
import { type Connection, headersOf } from "./connection.ts";

/** How calls travel: questions asked in the same tick share one request, changes go one by one. */
export function tilewrightLinks(connection: Connection): TRPCLink<AppRouter>[] {
  const options = {
    url: addressBelow(connection.baseUrl, "/trpc"),
    headers: () => headersOf(connection),
    fetch: askingBy(connection),
  };
  return [
    splitLink({
      condition: (operation) => operation.type === "query",
      true: httpBatchLink({ ...options, maxItems: requestLimits.calls, maxURLLength: requestLimits.addressLength }),
      false: httpLink(options),
    }),
  ];
}
