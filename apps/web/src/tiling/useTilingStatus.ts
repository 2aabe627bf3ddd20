import type { TilingStatus } from "@tilewright/client";
import { getQueryKey } from "@trpc/react-query";
import { trpc } from "../api/trpc.ts";
import { useJobStatus, type Watched, type Watching } from "../jobs/useJobStatus.ts";

/** Follows the newest tiling of an image. */
export function useTilingStatus(imageId: string, watching?: Watching<TilingStatus>): Watched<TilingStatus> {
  const { client } = trpc.useUtils();
  const queryKey = getQueryKey(trpc.tiling.getStatus, { imageId }, "query");
  return useJobStatus({ queryKey, queryFn: () => client.tiling.getStatus.query({ imageId }) }, watching);
}
