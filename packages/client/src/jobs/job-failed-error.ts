import type { JobStatus } from "./job-status.ts";

/** A job ended as FAILED; `status.failure` says why and what to do. Each domain's own error is one of these. */
export class JobFailedError<Status extends JobStatus = JobStatus> extends Error {
  override name = "JobFailedError";
  readonly status: Status;

  constructor(status: Status, sentence = "The job failed.") {
    super(status.failure ? `${status.failure.reason} ${status.failure.remedy}` : sentence);
    this.status = status;
  }
}
