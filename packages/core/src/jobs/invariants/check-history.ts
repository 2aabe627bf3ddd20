import type { JobRules } from "../domain.ts";
import { isTerminal } from "../status.ts";
import { endings } from "./endings.ts";
import { failures } from "./failures.ts";
import type { CheckOptions, Finding } from "./finding.ts";
import type { DomainHistory, ImageHistory, JobHistory } from "./history.ts";
import { holders } from "./holders.ts";
import { attempts } from "./order.ts";
import type { Violation } from "./violation.ts";

/** Every invariant but I4, which needs the object store. */
export function checkHistory(history: ImageHistory, options: CheckOptions): Violation[] {
  const { imageId, domains } = history;
  const ofImage = [...checkImage(history)].map(([invariant, what]) => ({ invariant, imageId, jobId: null, what }));
  return [...ofImage, ...domains.flatMap(({ rules, jobs }) => checkJobs(imageId, { rules, jobs }, options))];
}

/** The same for the jobs of one image in one domain. */
export function checkJobs(
  imageId: string,
  { rules, jobs }: Pick<DomainHistory, "rules" | "jobs">,
  options: CheckOptions,
): Violation[] {
  const ofAll = [...checkLines(rules, jobs)].map(([invariant, what]) => ({ invariant, imageId, jobId: null, what }));
  const ofEach = jobs.flatMap((each) =>
    checkJob(rules, each, options).map(([invariant, what]) => ({ invariant, imageId, jobId: each.job.jobId, what })),
  );
  return [...ofAll, ...ofEach];
}

function* checkImage({ acknowledgedAt, exists, domains }: ImageHistory): Generator<Finding> {
  if (acknowledgedAt && !exists) yield ["I1", "Its upload was acknowledged, but the image does not exist."];
  for (const { domain, rules, jobs } of domains) {
    if (exists && rules.isOfEveryImage && jobs.length === 0) yield ["I1", `The image has no job of ${domain}.`];
  }
}

function* checkLines(rules: JobRules, jobs: readonly JobHistory[]): Generator<Finding> {
  const active = jobs.map(({ job }) => job).filter(({ status }) => !isTerminal(status));
  for (const alike of Map.groupBy(active, (job) => rules.lineOf?.(job) ?? job.imageId).values()) {
    if (alike.length > 1) yield ["I7", `The image has ${alike.length} active jobs that do the same.`];
  }
}

const checkJob = (rules: JobRules, history: JobHistory, options: CheckOptions): Finding[] => [
  ...endings(history, options),
  ...attempts(rules, history),
  ...failures(history),
  ...holders(history.job, history.isInLine, options),
];
