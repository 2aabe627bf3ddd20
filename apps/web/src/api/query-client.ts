import { QueryClient } from "@tanstack/react-query";
import { connectionErrorOf, refusalOf } from "@tilewright/client";

/**
 * A refusal is an answer and is not asked for twice; a server that is away is asked until it is back.
 * `networkMode: "always"` because a server on this very machine answers although the browser believes itself offline.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: "always",
        retry: (_failures, error) => refusalOf(error) === null && connectionErrorOf(error)?.code !== "NOT_TILEWRIGHT",
        retryDelay: (failures) => Math.min(5_000, 500 * 2 ** failures),
      },
      mutations: { networkMode: "always" },
    },
  });
}
