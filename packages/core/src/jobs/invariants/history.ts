import type { JobDomain } from "../../domains.ts";
import type { JobRules } from "../domain.ts";
import type { Job, JobEvent } from "../job.ts";

/** Everything the database knows about one image, as of one moment. */
export interface ImageHistory {
  readonly imageId: string;
  /** When its upload was acknowledged as complete. */
  readonly acknowledgedAt: Date | null;
  /** Whether there is a row of the image itself. */
  readonly exists: boolean;
  readonly domains: readonly DomainHistory[];
}

/** What one domain has done with an image. */
export interface DomainHistory {
  readonly domain: JobDomain;
  readonly rules: JobRules;
  /** Oldest first. */
  readonly jobs: readonly JobHistory[];
}

export interface JobHistory {
  readonly job: Job;
  /** In the order in which they were written. */
  readonly events: readonly JobEvent[];
  /** A message of the job waits in the queue. */
  readonly isInLine: boolean;
}

/** The jobs whose results somebody may be looking at: they have to be in the object store. */
export function jobsInUse({ rules, jobs }: Pick<DomainHistory, "rules" | "jobs">): readonly Job[] {
  const completed = jobs.map(({ job }) => job).filter(({ status }) => status === "COMPLETED");
  return rules.inUse?.(completed) ?? completed.slice(-1);
}
