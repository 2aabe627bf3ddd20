import { hasBegunAnew, type Progress, wentBack } from "../jobs/invariants/order.ts";
import type { TilingJob } from "./job.ts";
import { tilingStages } from "./status.ts";

/** I3 as a watcher sees it: of two looks at a tiling, the later one may not show less. Null when all is well. */
export function progressWentBack(
  before: Progress & Pick<TilingJob, "tilesDone">,
  after: Progress & Pick<TilingJob, "tilesDone">,
): string | null {
  const what = wentBack(tilingStages, before, after);
  if (what || hasBegunAnew(before, after) || after.tilesDone >= before.tilesDone) return what;
  return `The tiles went from ${before.tilesDone} back to ${after.tilesDone}.`;
}
