import type { TilingStatus } from "@tilewright/client";
import { isUnknown, type Trouble, troubleOf } from "../api/trouble.ts";
import { trpc } from "../api/trpc.ts";
import { latestStatus } from "../jobs/latest-status.ts";

interface Watching {
  /** What is known already, from a list for instance. */
  readonly seed?: TilingStatus | undefined;
  readonly enabled?: boolean;
}

/**
 * Follows the newest tiling of an image at the server's pace, until nothing will change any more. A hidden tab stops
 * asking and catches up when it is looked at again; a server that is away is asked until it is back.
 */
export function useTilingStatus(imageId: string, { seed, enabled = true }: Watching = {}) {
  const query = trpc.tiling.getStatus.useQuery(
    { imageId },
    {
      enabled,
      ...(seed && { initialData: seed, initialDataUpdatedAt: 0 }),
      // What is COMPLETED stays so; a FAILED image may have been retried by somebody else meanwhile.
      staleTime: ({ state }) => (state.data?.status === "COMPLETED" ? Number.POSITIVE_INFINITY : 0),
      refetchInterval: ({ state }) => {
        if (isUnknown(state.error)) return false;
        return state.data === undefined ? 1_000 : (state.data.pollAfterMs ?? false);
      },
      refetchIntervalInBackground: false,
      refetchOnWindowFocus: true,
      // An answer that was overtaken on its way, by a retry for instance, must not bring an end back.
      structuralSharing: (known, answer) => latestStatus(answer as TilingStatus, known as TilingStatus | undefined),
      // The next poll is the retry.
      retry: false,
    },
  );
  const isTroubled = query.isError || (query.data === undefined && query.errorUpdateCount > 0);
  const trouble: Trouble | null = isTroubled && query.error ? troubleOf(query.error) : null;
  return {
    status: query.data,
    trouble,
    /** Before the first answer, an attempt that failed is still trouble while the next one is under way. */
    isAway: isTroubled && !isUnknown(query.error),
    isUnknown: isUnknown(query.error),
  };
}
