import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { AnalysisAssignment } from "@tilewright/core/analysis";
import { type ObjectStore, sizeText } from "@tilewright/core/storage";
import { prefixOfManifest, pyramidKey } from "@tilewright/core/tiling";
import { SystemFailure } from "../jobs/failure.ts";
import { measureScratch } from "../jobs/room.ts";
import { AnalysisFailure } from "./failure.ts";

interface PyramidRequest {
  readonly assignment: Pick<AnalysisAssignment, "pyramid">;
  readonly objects: ObjectStore;
  readonly scratch: string;
  readonly reserveBytes: number;
  readonly signal: AbortSignal;
  /** How much of a copy is there, 0 to 1. */
  readonly onFetched: (fraction: number) => void;
}

/**
 * The pyramid as a file of this machine: where it lies, or a copy in scratch when the store is elsewhere.
 *
 * @throws AnalysisFailure PYRAMID_GONE. @throws SystemFailure SCRATCH_FULL.
 * @throws TilewrightError STORAGE_UNAVAILABLE. @throws the signal's reason.
 */
export async function fetchPyramid(request: PyramidRequest): Promise<string> {
  const { assignment, objects, scratch, reserveBytes, signal, onFetched } = request;
  const key = pyramidKey(prefixOfManifest(assignment.pyramid.metadataPath));
  const stored = await objects.head(key);
  if (!stored) throw new AnalysisFailure("PYRAMID_GONE", "The pyramid is not in the object store any more.");
  const local = objects.localPath(key);
  if (local !== null) return local;
  const { sizeBytes } = stored;
  const { spareBytes } = await measureScratch(scratch, reserveBytes);
  if (spareBytes < sizeBytes) {
    const spare = sizeText(Math.max(0, spareBytes));
    const sentence = `The pyramid takes ${sizeText(sizeBytes)}, and the worker's disk has ${spare} to spare.`;
    throw new SystemFailure("SCRATCH_FULL", sentence);
  }
  const copy = join(scratch, "pyramid.tif");
  let bytes = 0;
  async function* counted() {
    for await (const chunk of objects.get(key, undefined, signal)) {
      yield chunk;
      bytes += chunk.length;
      onFetched(bytes / sizeBytes);
    }
  }
  await pipeline(counted, createWriteStream(copy), { signal });
  return copy;
}
