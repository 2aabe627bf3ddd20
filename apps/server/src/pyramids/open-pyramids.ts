import { TilewrightError } from "@tilewright/core";
import type { ObjectStore } from "@tilewright/core/storage";
import { manifestKey, PyramidManifest, pyramidKey, type TilingJob, type TilingJobs } from "@tilewright/core/tiling";
import { openPyramid, type Pyramid } from "@tilewright/pyramid";
import { LRUCache } from "lru-cache";
import { refusingDamage } from "./damaged-tiles.ts";
import { publishedPrefix } from "./published-prefix.ts";
import { withSharedReads } from "./shared-reads.ts";
import { ShownJobs } from "./shown-jobs.ts";

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

/** The published pyramids in use, each read and indexed once: what is published never changes, but it may go. */
export class OpenPyramids {
  readonly #shown: ShownJobs<TilingJob>;
  readonly #cache: LRUCache<string, PublishedPyramid, TilingJob>;

  constructor(jobs: Pick<TilingJobs, "findShown">, objects: ReadableStore) {
    this.#shown = new ShownJobs((jobId) => jobs.findShown(jobId));
    this.#cache = new LRUCache({
      maxSize: mostHeldBytes,
      sizeCalculation: heldBytes,
      fetchMethod: (_, __, { context: job }) => openPublished(objects, job),
    });
  }

  /** @throws TilewrightError JOB_NOT_FOUND when there is no COMPLETED job of that id, or its image shows it no more. */
  async get(jobId: string): Promise<PublishedPyramid> {
    try {
      const found = await this.#cache.fetch(jobId, { context: await this.#shown.get(jobId) });
      if (found) return found;
    } catch (error) {
      if (error instanceof TilewrightError && error.code === "JOB_NOT_FOUND") this.#cache.delete(jobId);
      throw error;
    }
    throw new TilewrightError("JOB_NOT_FOUND");
  }
}

async function openPublished(objects: ReadableStore, job: TilingJob): Promise<PublishedPyramid> {
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
