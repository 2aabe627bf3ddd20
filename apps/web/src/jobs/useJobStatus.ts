import { type QueryKey, useQuery } from "@tanstack/react-query";
import type { JobStatus } from "@tilewright/client";
import { isUnknown, type Trouble, troubleOf } from "../api/trouble.ts";
import { latestStatus } from "./latest-status.ts";

/** How a domain asks for the newest job of an image. */
export interface StatusQuery<Status extends JobStatus> {
  readonly queryKey: QueryKey;
  readonly queryFn: () => Promise<Status>;
}

export interface Watching<Status extends JobStatus> {
  /** What is known already, from a list for instance. */
  readonly seed?: Status | undefined;
  readonly enabled?: boolean;
}

export interface Watched<Status extends JobStatus> {
  readonly status: Status | undefined;
  readonly trouble: Trouble | null;
  /** Before the first answer, an attempt that failed is still trouble while the next one is under way. */
  readonly isAway: boolean;
  readonly isUnknown: boolean;
}

/**
 * Follows a job at the server's pace, until nothing will change any more. A hidden tab stops asking and catches up when
 * it is looked at again; a server that is away is asked until it is back.
 */
export function useJobStatus<Status extends JobStatus>(
  { queryKey, queryFn }: StatusQuery<Status>,
  { seed, enabled = true }: Watching<Status> = {},
): Watched<Status> {
  const query = useQuery({
    queryKey,
    queryFn,
    enabled,
    ...(seed && { initialData: () => seed, initialDataUpdatedAt: 0 }),
    // What is COMPLETED stays so; a FAILED job may have been retried by somebody else meanwhile.
    staleTime: ({ state }) => (state.data?.status === "COMPLETED" ? Number.POSITIVE_INFINITY : 0),
    refetchInterval: ({ state }) => {
      if (isUnknown(state.error)) return false;
      return state.data === undefined ? 1_000 : (state.data.pollAfterMs ?? false);
    },
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: true,
    // An answer that was overtaken on its way, by a retry for instance, must not bring an end back.
    structuralSharing: (known, answer) => latestStatus(answer as Status, known as Status | undefined),
    // The next poll is the retry.
    retry: false,
  });
  const isTroubled = query.isError || (query.data === undefined && query.errorUpdateCount > 0);
  return {
    status: query.data,
    trouble: isTroubled && query.error ? troubleOf(query.error) : null,
    isAway: isTroubled && !isUnknown(query.error),
    isUnknown: isUnknown(query.error),
  };
}
