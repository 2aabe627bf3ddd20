import { useQueryClient } from "@tanstack/react-query";
import { followTiling, type TilingStatus } from "@tilewright/client";
import { getQueryKey } from "@trpc/react-query";
import { trpc } from "../api/trpc.ts";
import { useJobStatus, type Watched, type Watching } from "../jobs/useJobStatus.ts";

/** Follows the newest tiling of an image. */
export function useTilingStatus(imageId: string, watching?: Watching<TilingStatus>): Watched<TilingStatus> {
  const { client } = trpc.useUtils();
  const queries = useQueryClient();
  const queryKey = getQueryKey(trpc.tiling.getStatus, { imageId }, "query");
  const queryFn = () => followTiling(client, imageId, queries.getQueryData<TilingStatus>(queryKey));
  return useJobStatus({ queryKey, queryFn }, watching);
}
