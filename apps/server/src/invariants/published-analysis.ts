import { createHash } from "node:crypto";
import { jobDomains } from "@tilewright/core";
import { type AnalysisJob, AnalysisResult } from "@tilewright/core/analysis";
import { attemptPrefix, type ObjectStore, resultKey } from "@tilewright/core/storage";

/** I4 of an analysis: what is wrong with its result and the layers beside it, in sentences. */
export async function* analysisFindings(
  objects: ObjectStore,
  job: AnalysisJob,
  isHashed: boolean,
): AsyncGenerator<string> {
  const key = resultKey(jobDomains.analysis, job);
  if (job.metadataPath !== key) yield `Its result should be ${key}, but is ${job.metadataPath}.`;
  if (!(await objects.head(key))) return yield "There is no result.";
  const bytes = Buffer.concat(await Array.fromAsync(objects.get(key)));
  if (digestOf([bytes]) !== job.manifestSha256) yield "Its result has changed.";
  const result = read(bytes);
  if (!result) return yield "Its result can't be read.";
  for (const name of ["jobId", "attempt"] as const) {
    if (result[name] !== job[name]) yield `Its result is of ${name} ${result[name]}, not ${job[name]}.`;
  }
  const { imageId, pyramidJobId } = result.input;
  if (imageId !== job.imageId || pyramidJobId !== job.pyramidJobId) yield "Its result is of another pyramid.";
  for (const { file, sizeBytes, sha256 } of result.layers) {
    const layer = attemptPrefix(jobDomains.analysis, job) + file;
    const stored = await objects.head(layer);
    if (stored?.sizeBytes !== sizeBytes) yield `The layer ${file} has ${stored?.sizeBytes ?? 0} of ${sizeBytes} bytes.`;
    else if (isHashed && digestOf(await Array.fromAsync(objects.get(layer))) !== sha256) {
      yield `The bytes of the layer ${file} are not those of its result.`;
    }
  }
}

function digestOf(chunks: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}

function read(bytes: Buffer): AnalysisResult | null {
  try {
    return AnalysisResult.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    return null;
  }
}
