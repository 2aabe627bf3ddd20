import { errorSentences } from "../../errors.ts";
import { fitting } from "../../page.ts";
import type { Domain } from "../domain.ts";
import type { Job } from "../job.ts";
import type { JobOrImage, JobTypes } from "../ports.ts";
import type { StatusFields } from "../schemas.ts";
import type { AskedJob, GetStatusesInput, StatusAnswer } from "../status-answer.ts";
import { type StatusPorts, toJobStatus } from "./status.ts";

/**
 * Where each of these jobs stands, in the order asked. Whoever names the version that a job still has is told no more
 * than that; for what one answer has no room for, ask again.
 *
 * @see docs/adr/0107-watchers-share-their-questions.md
 */
export async function getJobStatuses<T extends JobTypes, Facts extends object, Details extends object>(
  domain: Domain<T, Facts, Details>,
  ports: StatusPorts,
  { jobs: asked }: GetStatusesInput,
): Promise<{ jobs: StatusAnswer<StatusFields<T> & Facts & Details>[] }> {
  const found = await domain.jobsOf(ports).findCached(asked.map(toWhich));
  const answers = await Promise.all(asked.map((each, index) => answerTo(domain, ports, each, found[index] ?? null)));
  const { length } = fitting(answers, answers.length);
  return { jobs: answers.map((answer, index) => (index < length ? answer : { answer: "NO_ROOM" })) };
}

const toWhich = (asked: AskedJob): JobOrImage =>
  "jobId" in asked ? { jobId: asked.jobId } : { imageId: asked.imageId };

async function answerTo<T extends JobTypes, Facts extends object, Details extends object>(
  domain: Domain<T, Facts, Details>,
  ports: StatusPorts,
  asked: AskedJob,
  job: T["job"] | null,
): Promise<StatusAnswer<StatusFields<T> & Facts & Details>> {
  if (!job) {
    const code = "jobId" in asked ? "JOB_NOT_FOUND" : "IMAGE_NOT_FOUND";
    return { answer: "NOT_FOUND", code, message: errorSentences[code] };
  }
  const status = await toJobStatus(domain, ports, job);
  if (!isKnown(asked, job)) return { answer: "STATUS", status };
  const { jobId, version, waiting, pollAfterMs } = status;
  return { answer: "UNCHANGED", jobId, version, waiting, pollAfterMs };
}

/** Each job of an image counts its own versions. */
function isKnown(asked: AskedJob, { jobId, version }: Job): boolean {
  if (!("knownVersion" in asked) || asked.knownVersion !== version) return false;
  return "jobId" in asked || asked.knownJobId.toLowerCase() === jobId;
}
