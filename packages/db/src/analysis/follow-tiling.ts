import {
  type AnalysisFailureCode,
  activeStatuses,
  fillParameters,
  type KindDescription,
  parametersSha256,
  TilewrightError,
} from "@tilewright/core";
import type { JobDispatch } from "../jobs/dispatch.ts";
import { submitJob } from "../jobs/submit.ts";
import { transition } from "../jobs/transition.ts";
import type { Transaction } from "../transaction.ts";
import { findKind } from "./kinds.ts";
import { analysisTable } from "./table.ts";

/** What is analysed without anybody asking. */
export interface AnalysesAfterTiling {
  /** Names of kinds. */
  readonly kinds: readonly string[];
  readonly maxAttempts: number;
}

/**
 * What follows for analyses when an image shows another pyramid, in the transaction that makes it so: those of the old
 * one end, the library forgets what was found there, and each of `kinds` that is registered begins with its defaults.
 */
export async function followTiling(
  tx: Transaction,
  dispatch: JobDispatch,
  imageId: string,
  { kinds, maxAttempts }: AnalysesAfterTiling,
): Promise<void> {
  await tx.analysisVerdict.deleteMany({ where: { imageId } });
  await endActive(tx, dispatch, imageId);
  for (const name of kinds) {
    const kind = await findKind(tx, name);
    const parameters = kind && !kind.isWithdrawn ? defaultsOf(kind) : null;
    if (!kind || !parameters) continue;
    const request = { imageId, kind, parameters, parametersSha256: await parametersSha256(parameters) };
    const detail = { cause: "SUBMITTED", reason: "The image was tiled." } as const;
    await submitJob(analysisTable, tx, dispatch, request, maxAttempts, detail).catch(unlessWithdrawn);
  }
}

/** At this very moment: nothing was written then, and the tiling has to end all the same. */
function unlessWithdrawn(error: unknown): void {
  if (!(error instanceof TilewrightError && error.code === "KIND_WITHDRAWN")) throw error;
}

async function endActive(tx: Transaction, dispatch: JobDispatch, imageId: string): Promise<void> {
  const where = { imageId, status: { in: [...activeStatuses] } };
  const code: AnalysisFailureCode = "PYRAMID_GONE";
  const reason = "Another pyramid took the place of the one that was to be analysed.";
  for (const { id: jobId } of await tx.analysisJob.findMany({ where, select: { id: true }, orderBy: { id: "asc" } })) {
    await transition(analysisTable, tx, {
      jobId,
      to: "FAILED",
      detail: { cause: "FAILED", failureCode: code, reason },
      set: (now) => ({ failureCode: code, failureReason: reason, leaseExpiresAt: null, finishedAt: now }),
    });
    await dispatch.remove(tx, jobId);
  }
}

/** Null where a kind wants to be told something, so that nobody can begin it but a person. */
function defaultsOf({ parametersSchema }: KindDescription) {
  try {
    return fillParameters(parametersSchema, {});
  } catch (error) {
    if (error instanceof TilewrightError) return null;
    throw error;
  }
}
