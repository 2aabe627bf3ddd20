/** The job's life: from each status, the statuses that may follow. Everything else derives from this table. */
const transitions = {
  PENDING: ["IN_PROGRESS", "FAILED"],
  IN_PROGRESS: ["PENDING", "COMPLETED", "FAILED"],
  COMPLETED: [],
  FAILED: [],
} as const satisfies Record<string, readonly string[]>;

export type JobStatus = keyof typeof transitions;

export const jobStatuses = Object.keys(transitions) as [JobStatus, ...JobStatus[]];

export const isTerminal = (status: JobStatus): boolean => transitions[status].length === 0;

export const activeStatuses: readonly JobStatus[] = jobStatuses.filter((status) => !isTerminal(status));

/** The statuses from which `next` may be entered: what an UPDATE's WHERE has to name. */
export function predecessorsOf(next: JobStatus): JobStatus[] {
  return jobStatuses.filter((status) => (transitions[status] as readonly string[]).includes(next));
}

/** The stage of every job that no attempt holds, and the first of every domain's stages. */
export const waitingStage = "QUEUED";

/** A domain's stages in the order in which an attempt passes through them; within an attempt none goes back. */
export type Stages = readonly [typeof waitingStage, string, ...string[]];
