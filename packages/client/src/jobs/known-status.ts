import { TilewrightError } from "@tilewright/core";
import type { StatusAnswer } from "@tilewright/core/jobs";
import type { JobStatus } from "./job-status.ts";

/** The question after the newest job of an image, by whoever knows its status as it was. */
export const questionAfter = (imageId: string, last: JobStatus | null | undefined) => ({
  jobs: [last ? { imageId, knownJobId: last.jobId, knownVersion: last.version } : { imageId }],
});

/** The status in the answer to that question. @throws TilewrightError IMAGE_NOT_FOUND, JOB_NOT_FOUND */
export function statusIn<Status extends JobStatus>(
  [answer]: readonly StatusAnswer<Status>[],
  last: Status | null | undefined,
): Status {
  if (answer?.answer === "STATUS") return answer.status;
  if (answer?.answer === "NOT_FOUND") throw new TilewrightError(answer.code, answer.message);
  if (answer?.answer !== "UNCHANGED" || !last) throw new Error("The server answered another question.");
  const { waiting, pollAfterMs } = answer;
  return { ...last, waiting, pollAfterMs };
}
