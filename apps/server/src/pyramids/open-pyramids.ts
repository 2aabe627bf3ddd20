import {
  manifestKey,
  type ObjectStore,
  PyramidManifest,
  pyramidKey,
  TilewrightError,
  type TilingJob,
  type TilingJobs,
} from "@tilewright/core";
import { openPyramid, type Pyramid } from "@tilewright/pyramid";
import { LRUCache } from "lru-cache";

export interface PublishedPyramid {
  readonly job: TilingJob;
  readonly manifest: PyramidManifest;
  readonly pyramid: Pyramid;
}

const mostOpenPyramids = 100;

/** The published pyramids in use, each read and indexed once: what is published never changes. */
export class OpenPyramids {
  readonly #cache: LRUCache<string, PublishedPyramid, undefined>;

  constructor(jobs: TilingJobs, objects: ObjectStore) {
    this.#cache = new LRUCache({
      max: mostOpenPyramids,
      fetchMethod: (jobId) => openPublished(jobs, objects, jobId),
    });
  }

  /** @throws TilewrightError JOB_NOT_FOUND when there is no COMPLETED job of that id. */
  async get(jobId: string): Promise<PublishedPyramid> {
    const found = await this.#cache.fetch(jobId);
    if (!found) throw new TilewrightError("JOB_NOT_FOUND");
    return found;
  }
}

async function openPublished(jobs: TilingJobs, objects: ObjectStore, jobId: string): Promise<PublishedPyramid> {
  const job = await jobs.find({ jobId });
  if (!job?.metadataPath) throw new TilewrightError("JOB_NOT_FOUND", "There is no finished pyramid of this job.");
  const prefix = job.metadataPath.slice(0, -manifestKey("").length);
  const manifest = PyramidManifest.parse(JSON.parse(await readText(objects, job.metadataPath)));
  const key = pyramidKey(prefix);
  const pyramid = await openPyramid({
    sizeBytes: manifest.pyramid.sizeBytes,
    read: (offset, length) => objects.read(key, { start: offset, end: offset + length }),
  });
  return { job, manifest, pyramid };
}

async function readText(objects: ObjectStore, key: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of objects.get(key)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
