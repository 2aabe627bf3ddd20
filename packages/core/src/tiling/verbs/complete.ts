import { completeJob } from "../../jobs/verbs/complete.ts";
import type { Ports } from "../../ports.ts";
import { tiling } from "../domain.ts";
import type { MarkTilingCompleteInput, TilingStatus } from "../schemas.ts";

/**
 * Marks a tiling job complete. Repeating it with the same attempt and manifest is a no-op.
 *
 * @throws TilewrightError as completeJob
 */
export const completeTiling = (ports: Ports, input: MarkTilingCompleteInput): Promise<TilingStatus> =>
  completeJob(tiling, ports, input, () => ports.jobs.tiling.complete(input));
