import type { ObjectStore } from "@tilewright/core/storage";
import { checkPublished, pyramidKey, type TilingJob } from "@tilewright/core/tiling";
import { decodeSample, openPyramid, PyramidError } from "@tilewright/pyramid";
import { observePublished } from "../invariants/observe-published.ts";
import { publishedPrefix } from "../pyramids/published-prefix.ts";

const sampledTiles = 24;

/**
 * Reads the manifest and every byte of a COMPLETED job's pyramid, and decodes some of its tiles.
 *
 * @returns what is wrong, in sentences; null where all is well. @throws TilewrightError STORAGE_UNAVAILABLE
 */
export async function auditPyramid(objects: ObjectStore, job: TilingJob): Promise<string | null> {
  const found = checkPublished(job, await observePublished(objects, job, true));
  if (found.length > 0) return found.map(({ what }) => what).join(" ");
  return decodeTiles(objects, job);
}

async function decodeTiles(objects: ObjectStore, job: TilingJob): Promise<string | null> {
  const key = pyramidKey(publishedPrefix(job));
  const read = (offset: number, length: number) => objects.read(key, { start: offset, end: offset + length });
  try {
    const pyramid = await openPyramid({ sizeBytes: job.pyramid?.sizeBytes ?? 0, read });
    await decodeSample(pyramid, sampledTiles, Math.random);
    return null;
  } catch (error) {
    if (error instanceof PyramidError) return error.message;
    throw error;
  }
}
