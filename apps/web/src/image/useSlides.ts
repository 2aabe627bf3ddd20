import { useInfiniteQuery } from "@tanstack/react-query";
import { getQueryKey } from "@trpc/react-query";
import { trpc } from "../api/trpc.ts";

const pageSize = 24;

/**
 * The library, page by page, newest first. tRPC's own infinite query adds a `direction` to the input, which the
 * server's strict schema refuses; so this asks in the library's own words.
 */
export function useSlides() {
  const { client } = trpc.useUtils();
  return useInfiniteQuery({
    queryKey: getQueryKey(trpc.images.list, { limit: pageSize }, "infinite"),
    queryFn: ({ pageParam, signal }) => client.images.list.query({ limit: pageSize, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}
