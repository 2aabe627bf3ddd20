import type { JobStatus } from "@tilewright/client";

/** How a domain puts the state of its jobs into words. */
export interface JobWords<Status extends JobStatus> {
  /** Of a bar: "Tiling of slide.svs". */
  readonly name: (job: Status) => string;
  /** Changes only when something happened, never with each percent: fit for a live region. */
  readonly status: (job: Status) => string;
  /** Whole percent of the stage; null while there is no telling. */
  readonly percent: (job: Status) => number | null;
  /** How much of how much: "1,204 of 5,461 tiles"; null before there is any. */
  readonly amount: (job: Status) => string | null;
}

/** What a PENDING job waits for. */
export function waitingWords({ attempt, waiting }: JobStatus): string {
  if (waiting?.reason === "NO_WORKER") return "No worker is connected; it starts as soon as one is";
  return briefWaitingWords({ attempt });
}

/** The same in a few words, where what it waits for is said beside it. */
export const briefWaitingWords = ({ attempt }: Pick<JobStatus, "attempt">): string =>
  attempt === 0 ? "Waiting for a worker" : "Waiting to be tried again";

/** Worth a word only from the second attempt on. */
export function attemptWords({ attempt, maxAttempts, status }: JobStatus): string | null {
  if (status === "PENDING" && attempt > 0) return `${attempt} of ${maxAttempts} attempts used`;
  return attempt > 1 ? `Attempt ${attempt} of ${maxAttempts}` : null;
}
