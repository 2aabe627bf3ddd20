import { isTerminal } from "../status.ts";
import { endings } from "./endings.ts";
import { failures } from "./failures.ts";
import type { ImageHistory, JobHistory } from "./history.ts";
import { holders } from "./holders.ts";
import { attempts } from "./order.ts";
import type { Invariant, Violation } from "./violation.ts";

export interface CheckOptions {
  /** The database's time at which the history was read. */
  readonly now: Date;
  /** How long a job may be without anybody who holds it. */
  readonly recoveryMs: number;
  /** The caller knows that all work is over: what is still active is stuck. */
  readonly isSettled: boolean;
}

/** A broken rule and what is wrong, before it is known of which job. */
export type Finding = readonly [invariant: Invariant, what: string];

/** Every invariant but I4, which needs the object store. */
export function checkHistory(history: ImageHistory, options: CheckOptions): Violation[] {
  const { imageId, jobs } = history;
  const ofImage = [...checkImage(history)].map(([invariant, what]) => ({ invariant, imageId, jobId: null, what }));
  const ofJobs = jobs.flatMap((each) =>
    checkJob(each, options).map(([invariant, what]) => ({ invariant, imageId, jobId: each.job.jobId, what })),
  );
  return [...ofImage, ...ofJobs];
}

function* checkImage({ acknowledgedAt, exists, jobs }: ImageHistory): Generator<Finding> {
  if (acknowledgedAt && !exists) yield ["I1", "Its upload was acknowledged, but the image does not exist."];
  if (exists && jobs.length === 0) yield ["I1", "The image has no job."];
  const active = jobs.filter(({ job }) => !isTerminal(job.status));
  if (active.length > 1) yield ["I7", `The image has ${active.length} active jobs.`];
}

const checkJob = (history: JobHistory, options: CheckOptions): Finding[] => [
  ...endings(history, options),
  ...attempts(history),
  ...failures(history),
  ...holders(history.job, history.isInLine, options),
];
