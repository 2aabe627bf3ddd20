import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getQueryKey } from "@trpc/react-query";
import { trpc } from "../api/trpc.ts";
import type { Sort } from "./sort.ts";

const pageSize = 24;

/**
 * The library, page by page, newest first or by a number. tRPC's own infinite query adds a `direction` to the input,
 * which the server's strict schema refuses; so this asks in the library's own words.
 */
export function useSlides(sort: Sort | null) {
  const { client } = trpc.useUtils();
  const input = { limit: pageSize, ...(sort && { sort }) };
  return useInfiniteQuery({
    queryKey: getQueryKey(trpc.images.list, input, "infinite"),
    queryFn: ({ pageParam, signal }) => client.images.list.query({ ...input, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // Another order shows when it is there; until then the slides stay where they are.
    placeholderData: keepPreviousData,
  });
}
