import type { z } from "zod";
import { TilewrightError } from "../../errors.ts";
import { claimJob } from "../../jobs/verbs/work.ts";
import type { Ports } from "../../ports.ts";
import { analysis } from "../domain.ts";
import { inputPyramid, pyramidGone } from "../input-pyramid.ts";
import { kindText } from "../job.ts";
import type { ClaimAnalysisInput, ClaimAnalysisOutput } from "../schemas.ts";

/**
 * Hands the longest waiting analysis of the worker's kinds to it, or null when none came up within `waitMs`. Asking again
 * after a lost answer costs neither time nor an attempt.
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
    const pyramid = await inputPyramid(ports, tiling).catch((error) => giveBack(ports, order, error));
    if (pyramid) return { assignment: { ...order, pyramid } };
    await ports.jobs.analysis.fail({ jobId: order.jobId, attempt: order.attempt, ...pyramidGone });
  }
}

/** The attempt was none of the worker's: what it was to look at could not be read. */
async function giveBack(ports: Ports, held: { jobId: string; attempt: number }, error: unknown): Promise<never> {
  const { jobId, attempt } = held;
  const reason = "The object store could not be reached.";
  const pause = { cause: "HANDED_BACK", reason, delayMs: 1_000, forgiven: true } as const;
  await ports.jobs.analysis.release({ jobId, attempt, ...pause });
  throw error;
}
