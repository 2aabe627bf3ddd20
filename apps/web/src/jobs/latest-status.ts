import type { JobStatus } from "@tilewright/client";

/** Of two statuses of one image the later one: the newer job's, or the same job further on. `answer` wins a tie. */
export function latestStatus<Status extends Pick<JobStatus, "jobId" | "createdAt" | "version">>(
  answer: Status,
  known: Status | undefined,
): Status {
  if (known === undefined) return answer;
  if (answer.jobId !== known.jobId) return known.createdAt > answer.createdAt ? known : answer;
  return known.version > answer.version ? known : answer;
}
