import type { z } from "zod";
import { TilewrightError } from "../../errors.ts";
import { toJobStatus } from "../../jobs/verbs/status.ts";
import type { Ports } from "../../ports.ts";
import { analysis } from "../domain.ts";
import { fillParameters, parametersSha256 } from "../parameters.ts";
import type { AnalysisStatus, RemovedAnalysis, SubmitAnalysisInput } from "../schemas.ts";

/**
 * Starts an analysis of the pyramid that an image shows. Where the same is asked while it waits or is worked on, that
 * job is the answer.
 *
 * @throws TilewrightError KIND_NOT_FOUND, KIND_WITHDRAWN, PARAMETERS_INVALID, IMAGE_NOT_FOUND, NO_PYRAMID,
 *   TOO_MANY_ANALYSES
 */
export async function submitAnalysis(
  ports: Ports,
  { imageId, kind: name, parameters: given }: z.infer<typeof SubmitAnalysisInput>,
): Promise<AnalysisStatus> {
  const kind = await ports.analysisKinds.find(name);
  if (!kind) throw new TilewrightError("KIND_NOT_FOUND");
  if (kind.isWithdrawn) throw new TilewrightError("KIND_WITHDRAWN");
  const parameters = fillParameters(kind.parametersSchema, given);
  const request = { imageId, kind, parameters, parametersSha256: await parametersSha256(parameters) };
  const job = await ports.jobs.analysis.submit(request, ports.settings.maxAttempts);
  return toJobStatus(analysis, ports, job);
}

/** Removes a finished analysis and what it published. @throws TilewrightError JOB_NOT_FOUND, JOB_NOT_FINISHED */
export async function removeAnalysis(
  ports: Ports,
  { jobId }: { readonly jobId: string },
): Promise<z.infer<typeof RemovedAnalysis>> {
  if (await ports.jobs.analysis.remove(jobId)) return { jobId };
  throw new TilewrightError((await ports.jobs.analysis.find({ jobId })) ? "JOB_NOT_FINISHED" : "JOB_NOT_FOUND");
}
