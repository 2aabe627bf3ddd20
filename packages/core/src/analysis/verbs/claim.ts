import type { z } from "zod";
import { TilewrightError } from "../../errors.ts";
import { claimJob } from "../../jobs/verbs/work.ts";
import type { Ports } from "../../ports.ts";
import { analysis } from "../domain.ts";
import { inputPyramid, pyramidGone } from "../input-pyramid.ts";
import { kindText } from "../job.ts";
import type { ClaimAnalysisInput, ClaimAnalysisOutput } from "../schemas.ts";

/**
 * Hands the longest waiting analysis of the worker's kinds to it, or null when none came up within `waitMs`. Asking
 * again after a lost answer costs neither time nor an attempt.
 *
 * @throws TilewrightError KIND_NOT_REGISTERED, STORAGE_UNAVAILABLE
 */
export async function claimAnalysis(
  ports: Ports,
  input: z.infer<typeof ClaimAnalysisInput>,
  signal: AbortSignal,
): Promise<z.infer<typeof ClaimAnalysisOutput>> {
  const { kinds, workerId } = input;
  const unregistered = await ports.analysisKinds.findUnregistered(workerId, kinds);
  if (unregistered.length > 0) {
    const names = unregistered.map(kindText);
    const sentence = `This worker has not registered ${names.join(", ")}. Register that, then claim again.`;
    throw new TilewrightError("KIND_NOT_REGISTERED", sentence, { kinds: names });
  }
  for (;;) {
    const claim = { ...input, kinds: kinds.map(kindText) };
    const { assignment } = await claimJob(analysis, ports, claim, signal);
    if (!assignment) return { assignment: null };
    const { tiling, ...order } = assignment;
    const pyramid = await inputPyramid(ports, tiling).catch(async (error: unknown) => {
      await giveBack(ports, order, "The object store could not be reached.", 1_000);
      throw error;
    });
    if (signal.aborted) {
      await giveBack(ports, order, "The worker was gone before it heard of the job.", 0);
      return { assignment: null };
    }
    if (pyramid) return { assignment: { ...order, pyramid } };
    await ports.jobs.analysis.fail({ jobId: order.jobId, attempt: order.attempt, ...pyramidGone });
  }
}

/** The attempt was none of the worker's: it never heard of the job. */
const giveBack = (
  ports: Ports,
  { jobId, attempt }: { readonly jobId: string; readonly attempt: number },
  reason: string,
  delayMs: number,
) => ports.jobs.analysis.release({ jobId, attempt, cause: "HANDED_BACK", reason, delayMs, forgiven: true });
