/** The job's life: from each status, the statuses that may follow. Everything else derives from this table. */
const transitions = {
  PENDING: ["IN_PROGRESS", "FAILED"],
  IN_PROGRESS: ["PENDING", "COMPLETED", "FAILED"],
  COMPLETED: [],
  FAILED: [],
} as const satisfies Record<string, readonly string[]>;

export type TilingJobStatus = keyof typeof transitions;

export const tilingJobStatuses = Object.keys(transitions) as [TilingJobStatus, ...TilingJobStatus[]];

export const isTerminal = (status: TilingJobStatus): boolean => transitions[status].length === 0;

export const activeStatuses: readonly TilingJobStatus[] = tilingJobStatuses.filter((status) => !isTerminal(status));

/** The statuses from which `next` may be entered: what an UPDATE's WHERE has to name. */
export function predecessorsOf(next: TilingJobStatus): TilingJobStatus[] {
  return tilingJobStatuses.filter((status) => (transitions[status] as readonly string[]).includes(next));
}

/** In the order in which an attempt passes through them; within an attempt a stage never goes back. */
export const tilingStages = ["QUEUED", "DOWNLOADING", "TILING", "PUBLISHING"] as const;
export type TilingStage = (typeof tilingStages)[number];
