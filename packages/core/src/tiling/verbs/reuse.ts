import type { z } from "zod";
import { TilewrightError } from "../../errors.ts";
import { toJobStatus } from "../../jobs/verbs/status.ts";
import { refusal } from "../../jobs/verbs/work.ts";
import type { Ports } from "../../ports.ts";
import { tiling } from "../domain.ts";
import { findStoredDuplicate } from "../find-duplicate.ts";
import type { ReuseTilingInput, TilingStatus } from "../schemas.ts";

/**
 * Completes a job at once where the bytes that its worker has read were tiled before, with the same settings; otherwise
 * the attempt goes on, which the status tells.
 *
 * @throws TilewrightError JOB_NOT_FOUND, STALE_ATTEMPT
 * @see docs/adr/0052-the-same-bytes-share-a-pyramid.md
 */
export async function reuseTiling(ports: Ports, input: z.infer<typeof ReuseTilingInput>): Promise<TilingStatus> {
  const { jobId, attempt, sourceSha256, settings } = input;
  const current = await ports.jobs.tiling.find({ jobId });
  const image = current && (await ports.images.find(current.imageId));
  if (!image) throw new TilewrightError("JOB_NOT_FOUND");
  const { imageId, sizeBytes } = image;
  const duplicate = await findStoredDuplicate(ports, { sourceSha256, sizeBytes, settings, otherThan: imageId });
  const reused = duplicate && (await ports.jobs.tiling.completeAs({ jobId, attempt, sourceSha256, duplicate }));
  const job = reused ?? (await ports.jobs.tiling.find({ jobId }));
  const isHeld = job?.attempt === attempt && (reused !== null || job.status === "IN_PROGRESS");
  if (!job || !isHeld) throw await refusal(tiling, ports, jobId);
  return toJobStatus(tiling, ports, job);
}
