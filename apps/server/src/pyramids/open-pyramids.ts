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
import { refusingDamage } from "./damaged-tiles.ts";
import { publishedPrefix } from "./published-prefix.ts";
import { withSharedReads } from "./shared-reads.ts";

type ReadableStore = Pick<ObjectStore, "get" | "read">;

export interface PublishedPyramid {
  readonly job: TilingJob;
  readonly manifest: PyramidManifest;
  readonly pyramid: Pyramid;
}

/** Memory for open pyramids: the ones used last stay. */
const mostHeldBytes = 256 * 2 ** 20;

/** What one holds: twelve bytes of index for each tile, and up to so much of tiles that are made rather than stored. */
const heldBytes = ({ pyramid }: PublishedPyramid): number => pyramid.tileCount * 12 + 8 * 2 ** 20;

/** The published pyramids in use, each read and indexed once: what is published never changes. */
export class OpenPyramids {
  readonly #cache: LRUCache<string, PublishedPyramid, undefined>;

  constructor(jobs: Pick<TilingJobs, "find">, objects: ReadableStore) {
    this.#cache = new LRUCache({
      maxSize: mostHeldBytes,
      sizeCalculation: heldBytes,
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

async function openPublished(
  jobs: Pick<TilingJobs, "find">,
  objects: ReadableStore,
  jobId: string,
): Promise<PublishedPyramid> {
  const job = await jobs.find({ jobId });
  if (!job) throw new TilewrightError("JOB_NOT_FOUND");
  const prefix = publishedPrefix(job);
  const manifest = PyramidManifest.parse(JSON.parse(await readText(objects, manifestKey(prefix))));
  const key = pyramidKey(prefix);
  const pyramid = await openPyramid({
    sizeBytes: manifest.pyramid.sizeBytes,
    read: (offset, length, target) => objects.read(key, { start: offset, end: offset + length }, target),
  });
  return { job, manifest, pyramid: withSharedReads(refusingDamage(pyramid)) };
}

async function readText(objects: ReadableStore, key: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of objects.get(key)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
