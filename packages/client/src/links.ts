import type { AppRouter } from "@tilewright/api";
import { requestLimits } from "@tilewright/core";
import { httpBatchLink, httpLink, splitLink, type TRPCLink } from "@trpc/client";
import { addressBelow } from "./address.ts";
import { askingBy } from "./ask.ts";
import { type Connection, headersOf } from "./connection.ts";

/** UTF-16 units of an input that leave room in an address for others. */
const mostInAddress = requestLimits.addressLength / 2;

/**
 * How calls travel: questions asked in the same tick share one request, changes go one by one. What a question asks is
 * part of the address, unless it is long.
 */
export function tilewrightLinks(connection: Connection): TRPCLink<AppRouter>[] {
  const options = {
    url: addressBelow(connection.baseUrl, "/trpc"),
    headers: () => headersOf(connection),
    fetch: askingBy(connection),
  };
  return [
    splitLink({
      condition: ({ type, input }) => type === "query" && lengthInAddress(input) <= mostInAddress,
      true: httpBatchLink({ ...options, maxItems: requestLimits.calls, maxURLLength: requestLimits.addressLength }),
      false: httpLink({ ...options, methodOverride: "POST" }),
    }),
  ];
}

const lengthInAddress = (input: unknown): number => encodeURIComponent(JSON.stringify(input) ?? "").length;
