import type { z } from "zod";
import { TilewrightError } from "../../errors.ts";
import { requireJob, toJobStatus } from "../../jobs/verbs/status.ts";
import { refusal } from "../../jobs/verbs/work.ts";
import type { Ports } from "../../ports.ts";
import { attemptPrefix } from "../../storage/keys.ts";
import { tiling } from "../domain.ts";
import { previewKey } from "../keys.ts";
import type { ShowTilingPreviewInput, TilingStatus } from "../schemas.ts";

/**
 * Lets watchers see the preview that an attempt has published under its prefix, while the pyramid is still being made.
 *
 * @throws TilewrightError JOB_NOT_FOUND, STALE_ATTEMPT, PREVIEW_MISSING
 */
export async function showTilingPreview(
  ports: Ports,
  input: z.infer<typeof ShowTilingPreviewInput>,
): Promise<TilingStatus> {
  const { jobId, attempt, preview } = input;
  const { imageId } = await requireJob(tiling, ports, { jobId });
  const stored = await ports.objects.head(previewKey(attemptPrefix(tiling.place, { imageId, jobId, attempt })));
  if (stored?.sizeBytes !== preview.sizeBytes) throw new TilewrightError("PREVIEW_MISSING");
  const job = await ports.jobs.tiling.showPreview(input);
  if (!job) throw await refusal(tiling, ports, jobId);
  return toJobStatus(tiling, ports, job);
}
