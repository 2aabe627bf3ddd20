import type { TilingJob } from "../job.ts";
import { tilingStages } from "../status.ts";
import type { Finding } from "./check-history.ts";
import type { JobHistory } from "./history.ts";

/** I3: each claim raises the attempt by one, and nothing else changes it. */
export function* attempts({ job, events }: JobHistory): Generator<Finding> {
  let current = 0;
  for (const { eventId, attempt, to } of events) {
    const expected = to === "IN_PROGRESS" ? current + 1 : current;
    if (attempt !== expected) yield ["I3", `Event ${eventId} is of attempt ${attempt}, and not of ${expected}.`];
    current = attempt;
  }
  if (job.attempt !== current) yield ["I3", `The row is at attempt ${job.attempt}, its events at ${current}.`];
  const { tilesDone, tilesTotal } = job;
  if (tilesTotal !== null && tilesDone > tilesTotal) yield ["I3", `${tilesDone} of ${tilesTotal} tiles are done.`];
}

/** What a watcher sees of a job's progress. */
export type Progress = Pick<TilingJob, "attempt" | "version" | "stage" | "stageFraction" | "tilesDone">;

/** I3 as a watcher sees it: of two looks at a job, the later one may not show less. Null when all is well. */
export function progressWentBack(before: Progress, after: Progress): string | null {
  if (after.version < before.version) return `The version went from ${before.version} back to ${after.version}.`;
  if (after.attempt < before.attempt) return `The attempt went from ${before.attempt} back to ${after.attempt}.`;
  // Back in line, a job starts from nothing, still under the number of the attempt that lost it.
  if (after.attempt > before.attempt || after.stage === "QUEUED") return null;
  if (tilingStages.indexOf(after.stage) < tilingStages.indexOf(before.stage))
    return `The stage went from ${before.stage} back to ${after.stage}.`;
  if (after.stage === before.stage && after.stageFraction < before.stageFraction)
    return `The stage ${after.stage} went from ${before.stageFraction} back to ${after.stageFraction}.`;
  if (after.tilesDone < before.tilesDone) return `The tiles went from ${before.tilesDone} back to ${after.tilesDone}.`;
  return null;
}
