import { jobDomains, TilewrightError } from "@tilewright/core";
import { attemptPrefix, type ObjectStore } from "@tilewright/core/storage";
import { type PreviewFacts, previewKey, type TilingJob, type TilingJobs } from "@tilewright/core/tiling";
import { openPyramid, type Pyramid } from "@tilewright/pyramid";
import { LRUCache } from "lru-cache";
import { refusingDamage } from "./damaged-tiles.ts";
import { withSharedReads } from "./shared-reads.ts";

const mostOpenPreviews = 20;

/** A job whose current attempt has published a preview. */
export interface PreviewedJob extends TilingJob {
  readonly preview: PreviewFacts;
}

export interface OpenPreview {
  readonly job: PreviewedJob;
  readonly preview: Pyramid;
}

/** The previews that are looked at, each indexed once. */
export class OpenPreviews {
  readonly #jobs: Pick<TilingJobs, "findShown">;
  readonly #cache: LRUCache<string, Pyramid, PreviewedJob>;

  constructor(jobs: Pick<TilingJobs, "findShown">, objects: Pick<ObjectStore, "read">) {
    this.#jobs = jobs;
    this.#cache = new LRUCache({
      max: mostOpenPreviews,
      fetchMethod: (_, __, { context: job }) => openPreview(objects, job),
    });
  }

  /**
   * @throws TilewrightError JOB_NOT_FOUND when that attempt is not the current one, or shows no preview any more. Asked
   * each time.
   */
  async get(jobId: string, attempt: number): Promise<OpenPreview> {
    const job = await this.#jobs.findShown(jobId);
    if (!isPreviewed(job) || job.attempt !== attempt) {
      throw new TilewrightError("JOB_NOT_FOUND", "There is no preview of this attempt.");
    }
    const preview = await this.#cache.fetch(`${jobId}/${attempt}`, { context: job });
    if (!preview) throw new TilewrightError("JOB_NOT_FOUND");
    return { job, preview };
  }
}

const isPreviewed = (job: TilingJob | null): job is PreviewedJob => Boolean(job?.preview);

async function openPreview(objects: Pick<ObjectStore, "read">, job: PreviewedJob): Promise<Pyramid> {
  const key = previewKey(attemptPrefix(jobDomains.tiling, job));
  const preview = await openPyramid({
    sizeBytes: job.preview.sizeBytes,
    read: (offset, length, target) => objects.read(key, { start: offset, end: offset + length }, target),
  });
  return withSharedReads(refusingDamage(preview));
}
