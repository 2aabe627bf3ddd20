import type { JobRules } from "../domain.ts";
import type { Job } from "../job.ts";
import { waitingStage } from "../status.ts";
import type { Finding } from "./finding.ts";
import type { JobHistory } from "./history.ts";

/** I3: each claim raises the attempt by one, and nothing else changes it. */
export function* attempts(rules: JobRules, { job, events }: JobHistory): Generator<Finding> {
  let current = 0;
  for (const { eventId, attempt, to } of events) {
    const expected = to === "IN_PROGRESS" ? current + 1 : current;
    if (attempt !== expected) yield ["I3", `Event ${eventId} is of attempt ${attempt}, and not of ${expected}.`];
    current = attempt;
  }
  if (job.attempt !== current) yield ["I3", `The row is at attempt ${job.attempt}, its events at ${current}.`];
  const wrong = rules.countsWrong?.(job);
  if (wrong) yield ["I3", wrong];
}

/** What a watcher sees of a job's progress. */
export type Progress = Pick<Job, "attempt" | "version" | "stage" | "stageFraction">;

/** I3 as a watcher sees it: of two looks at a job, the later one may not show less. Null when all is well. */
export function wentBack<Seen extends Progress>(
  { stages, counts = [] }: Pick<JobRules, "stages" | "counts">,
  before: Seen,
  after: Seen,
): string | null {
  if (after.version < before.version) return `The version went from ${before.version} back to ${after.version}.`;
  if (after.attempt < before.attempt) return `The attempt went from ${before.attempt} back to ${after.attempt}.`;
  // Back in line, a job starts from nothing, still under the number of the attempt that lost it.
  if (after.attempt > before.attempt || after.stage === waitingStage) return null;
  if (stages.indexOf(after.stage) < stages.indexOf(before.stage))
    return `The stage went from ${before.stage} back to ${after.stage}.`;
  if (after.stage === before.stage && after.stageFraction < before.stageFraction)
    return `The stage ${after.stage} went from ${before.stageFraction} back to ${after.stageFraction}.`;
  const fallen = counts.find((count) => countIn(after, count) < countIn(before, count));
  return fallen ? `Its ${fallen} went from ${countIn(before, fallen)} back to ${countIn(after, fallen)}.` : null;
}

const countIn = (progress: object, count: string): number =>
  Number(Object.entries(progress).find(([name]) => name === count)?.[1]);
