import { useInfiniteQuery } from "@tanstack/react-query";
import { getQueryKey } from "@trpc/react-query";
import { trpc } from "../api/trpc.ts";

const pageSize = 10;

/** The analyses of a slide, newest first, asked for again at the server's pace while one is under way. */
export function useAnalyses(imageId: string) {
  const { client } = trpc.useUtils();
  const input = { imageId, limit: pageSize };
  return useInfiniteQuery({
    queryKey: getQueryKey(trpc.analysis.list, input, "infinite"),
    queryFn: ({ pageParam, signal }) => client.analysis.list.query({ ...input, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state }) => {
      const paces = (state.data?.pages ?? []).flatMap(({ jobs }) => jobs.map(({ pollAfterMs }) => pollAfterMs ?? []));
      return paces.length > 0 ? Math.min(...paces.flat()) : false;
    },
  });
}
