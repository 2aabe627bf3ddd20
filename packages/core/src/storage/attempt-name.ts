import type { JobDomain } from "../domains.ts";

/** One attempt of one job, as the keys of its objects name it. */
export interface AttemptName {
  readonly domain: JobDomain;
  readonly imageId: string;
  readonly jobId: string;
  readonly attempt: number;
}
