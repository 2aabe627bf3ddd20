import { TilewrightError } from "../../errors.ts";
import { requireJob, toJobStatus } from "../../jobs/verbs/status.ts";
import { heartbeatJob, refusal } from "../../jobs/verbs/work.ts";
import type { Ports } from "../../ports.ts";
import { hexOf } from "../../sha256.ts";
import { attemptPrefix, resultKey } from "../../storage/keys.ts";
import { checkFindings } from "../check-findings.ts";
import { analysis } from "../domain.ts";
import { inputPyramid, pyramidGone } from "../input-pyramid.ts";
import type { AnalysisJob } from "../job.ts";
import { checkLayer } from "../layers/check-layer.ts";
import { oneAtATime } from "../layers/one-at-a-time.ts";
import type { AnalysisFindings, AnalysisResult } from "../result.ts";
import type { AnalysisStatus, MarkAnalysisCompleteInput } from "../schemas.ts";
import { closeOutput, outputKey, placeOutput, publishedAnother, removeOthers, requireHeld } from "./outputs.ts";

/**
 * Checks what an attempt has found and sent, writes `analysis.json`, and marks the job complete. After a refusal of the
 * result the attempt still holds the job. Repeating it is a no-op.
 *
 * @throws TilewrightError JOB_NOT_FOUND, STALE_ATTEMPT, RESULT_INVALID, LAYER_MISSING
 * @see docs/adr/0101-analysis-is-a-domain-of-kinds.md
 */
export async function completeAnalysis(
  ports: Ports,
  { jobId, attempt, ...findings }: MarkAnalysisCompleteInput,
): Promise<AnalysisStatus> {
  const current = await requireJob(analysis, ports, { jobId });
  if (current.status === "COMPLETED" && current.attempt === attempt) return toJobStatus(analysis, ports, current);
  const held = await requireHeld(ports, jobId, attempt);
  const input = await requireInput(ports, held);
  await requireSound(ports, held, findings, input);
  const published = await publish(ports, held, { ...headOf(held, input), ...findings });
  const end = { jobId, attempt, ...published, summary: findings.summary };
  const job = await ports.jobs.analysis.complete(end);
  if (!job) throw await refusal(analysis, ports, jobId);
  return toJobStatus(analysis, ports, job);
}

/**
 * What the server knows of a result itself. Repeating a call makes the same bytes: the time is that of the attempt's
 * start.
 */
const headOf = (
  { jobId, attempt, kind, parameters, startedAt, updatedAt }: AnalysisJob,
  input: AnalysisResult["input"],
) => ({
  format: "tilewright-analysis/1" as const,
  jobId,
  attempt,
  kind: { name: kind.name, version: kind.version },
  parameters,
  input,
  createdAt: (startedAt ?? updatedAt).toISOString(),
});

async function requireInput(ports: Ports, job: AnalysisJob): Promise<AnalysisResult["input"]> {
  const { jobId, attempt, imageId, pyramidJobId } = job;
  const tiling = await ports.jobs.tiling.findShown(pyramidJobId);
  const pyramid = tiling && (await inputPyramid(ports, tiling));
  if (!pyramid) {
    await ports.jobs.analysis.fail({ jobId, attempt, ...pyramidGone });
    throw await refusal(analysis, ports, jobId);
  }
  const { sha256: pyramidSha256, widthPx, heightPx, micrometresPerPixel } = pyramid;
  return { imageId, pyramidJobId, pyramidSha256, widthPx, heightPx, micrometresPerPixel };
}

async function requireSound(
  ports: Ports,
  job: AnalysisJob,
  findings: AnalysisFindings,
  input: AnalysisResult["input"],
): Promise<void> {
  const kind = await ports.analysisKinds.find(job.kind);
  if (!kind) throw new TilewrightError("KIND_NOT_FOUND");
  checkFindings(findings, kind, input);
  const prefix = attemptPrefix(analysis.place, job);
  for (const [index, layer] of findings.layers.entries()) {
    await keepLease(ports, job, index / findings.layers.length);
    await closeOutput(ports.objects, prefix, layer.file);
    await oneAtATime(async () =>
      checkLayer(ports.objects, await outputKey(ports.objects, prefix, layer.file), layer, input),
    );
  }
}

/** Its worker waits for the answer, and may have ceased to report; other results may be checked before this one. */
const keepLease = (ports: Ports, { jobId, attempt }: AnalysisJob, stageFraction: number) =>
  heartbeatJob(analysis, ports, { jobId, attempt, stage: "PUBLISHING", stageFraction });

async function publish(ports: Ports, job: AnalysisJob, result: AnalysisResult) {
  const { objects } = ports;
  const metadataPath = resultKey(analysis.place, job);
  const bytes = new TextEncoder().encode(JSON.stringify(result, null, 2));
  const prefix = attemptPrefix(analysis.place, job);
  // Its worker could have sent others since they were checked.
  for (const layer of result.layers) {
    await keepLease(ports, job, 1);
    await oneAtATime(() => placeOutput(objects, prefix, layer));
  }
  if (!(await objects.putNew(metadataPath, bytes))) throw publishedAnother();
  await removeOthers(objects, prefix, [metadataPath, ...result.layers.map(({ file }) => prefix + file)]);
  return { metadataPath, manifestSha256: hexOf(await crypto.subtle.digest("SHA-256", bytes)) };
}
