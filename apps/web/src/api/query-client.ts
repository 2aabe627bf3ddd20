import { QueryClient } from "@tanstack/react-query";
import { refusalOf } from "@tilewright/client";

/**
 * A refusal is an answer and is not asked for twice. `networkMode: "always"` because a server on this very machine
 * answers although the browser believes itself offline.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: "always",
        retry: (failures, error) => refusalOf(error) === null && failures < 3,
      },
      mutations: { networkMode: "always" },
    },
  });
}
