import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { refusalOf } from "@tilewright/client";
import type { AnalysisAssignment, AnalysisFindings, AnalysisStage } from "@tilewright/core/analysis";
import type { Attempt, JobHandler, StageProgress } from "../jobs/job-handler.ts";
import type { WorkerOptions } from "../worker-options.ts";
import { analysers } from "./analysers.ts";
import { type AnalysisFailureCode, analysisFailureOf } from "./failure.ts";
import { fetchPyramid } from "./fetch-pyramid.ts";

interface AnalysisProgress extends StageProgress {
  readonly stage: AnalysisStage;
}

const kinds = analysers.map(({ kind }) => kind);
const kindIds = kinds.map(({ name, version }) => ({ name, version }));

export function analysisHandler(
  options: WorkerOptions,
): JobHandler<AnalysisAssignment, AnalysisFindings, AnalysisProgress, AnalysisFailureCode> {
  const { analysis } = options.client;
  let isRegistered = false;
  return {
    firstProgress: { stage: "READING", stageFraction: 0 },
    async claim(request, signal) {
      if (!isRegistered) await analysis.registerKinds.mutate({ workerId: request.workerId, kinds }, { signal });
      isRegistered = true;
      try {
        return (await analysis.claim.mutate({ ...request, kinds: kindIds }, { signal })).assignment;
      } catch (error) {
        isRegistered = refusalOf(error)?.code !== "KIND_NOT_REGISTERED";
        throw error;
      }
    },
    heartbeat: (held, progress, signal) => analysis.heartbeat.mutate({ ...held, ...progress }, { signal }),
    work: (attempt) => analyse(attempt, options),
    failureOf: analysisFailureOf,
    markComplete: (held, findings) => analysis.markComplete.mutate({ ...held, ...findings }),
    markFailed: (held, failure) => analysis.markFailed.mutate({ ...held, ...failure }),
    handBack: (held) => analysis.handBack.mutate(held),
    close: async () => {},
  };
}

/** Pyramid to findings; the layers' files lie under the attempt's own prefix then. */
async function analyse(
  { assignment, scratch, reserveBytes, signal, report }: Attempt<AnalysisAssignment, AnalysisProgress>,
  { objects, limits }: Pick<WorkerOptions, "objects" | "limits">,
): Promise<AnalysisFindings> {
  const analyser = analysers.find(({ kind }) => kind.name === assignment.kind.name);
  if (!analyser) throw new Error(`Nobody here knows the kind ${assignment.kind.name}.`);
  const telling = (stage: AnalysisStage) => (stageFraction: number) => report({ stage, stageFraction });
  const onFetched = telling("READING");
  const pyramidPath = await fetchPyramid({ assignment, objects, scratch, reserveBytes, signal, onFetched });
  const outputDirectory = join(scratch, "layers");
  await mkdir(outputDirectory);
  const findings = await analyser.analyse({
    assignment,
    pyramidPath,
    outputDirectory,
    limits: { memoryBytes: limits.memoryBytes, timeoutMs: limits.timeoutMs ?? null },
    signal,
    onProgress: telling("ANALYSING"),
  });
  const onPublished = telling("PUBLISHING");
  for (const [index, { file }] of findings.layers.entries()) {
    onPublished(index / findings.layers.length);
    await objects.putFile(assignment.outputPrefix + file, join(outputDirectory, file), { signal });
  }
  return findings;
}
