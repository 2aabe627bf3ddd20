import type { TilingStatus } from "@tilewright/client";

/** Of two statuses of one image the later one: the newer job's, or the same job further on. `answer` wins a tie. */
export function latestStatus(answer: TilingStatus, known: TilingStatus | undefined): TilingStatus {
  if (known === undefined) return answer;
  if (answer.jobId !== known.jobId) return known.createdAt > answer.createdAt ? known : answer;
  return known.version > answer.version ? known : answer;
}
