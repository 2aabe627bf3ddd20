import type { JobDomain } from "@tilewright/core";
import type { AnalysisJob } from "@tilewright/core/analysis";
import type { Job, Violation } from "@tilewright/core/jobs";
import type { ObjectStore } from "@tilewright/core/storage";
import { checkPublished, type TilingJob } from "@tilewright/core/tiling";
import { observePublished } from "./observe-published.ts";
import { analysisFindings } from "./published-analysis.ts";

/** I4 of one domain: whether the store holds what a COMPLETED job says that it has published. */
export interface PublishedCheck<J extends Job = Job> {
  /** @param isHashed reads every byte; otherwise only what is there and how large it is. */
  check(objects: ObjectStore, job: J, isHashed: boolean): Promise<Violation[]>;
}

const pyramids: PublishedCheck<TilingJob> = {
  check: async (objects, job, isHashed) => checkPublished(job, await observePublished(objects, job, isHashed)),
};

const analyses: PublishedCheck<AnalysisJob> = {
  check: async (objects, job, isHashed) => {
    const { jobId, imageId } = job;
    const findings = await Array.fromAsync(analysisFindings(objects, job, isHashed));
    return findings.map((what) => ({ invariant: "I4", imageId, jobId, what }));
  },
};

/** One line per domain. */
export const publishedChecks: Readonly<Record<JobDomain, PublishedCheck>> = {
  tiling: pyramids,
  analysis: analyses,
};
