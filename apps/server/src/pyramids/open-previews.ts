import { attemptPrefix, type ObjectStore, previewKey, TilewrightError, type TilingJobs } from "@tilewright/core";
import { openPyramid, type Pyramid } from "@tilewright/pyramid";
import { LRUCache } from "lru-cache";
import { withSharedReads } from "./shared-reads.ts";

const mostOpenPreviews = 20;

/** The previews that are looked at, each indexed once. */
export class OpenPreviews {
  readonly #cache: LRUCache<string, Pyramid, undefined>;

  constructor(jobs: TilingJobs, objects: ObjectStore) {
    this.#cache = new LRUCache({
      max: mostOpenPreviews,
      fetchMethod: (address) => {
        const [jobId = "", attempt] = address.split("/");
        return openPreview(jobs, objects, jobId, Number(attempt));
      },
    });
  }

  /** @throws TilewrightError JOB_NOT_FOUND when that attempt is not the current one, or has shown no preview. */
  async get(jobId: string, attempt: number): Promise<Pyramid> {
    const found = await this.#cache.fetch(`${jobId}/${attempt}`);
    if (!found) throw new TilewrightError("JOB_NOT_FOUND");
    return found;
  }
}

async function openPreview(jobs: TilingJobs, objects: ObjectStore, jobId: string, attempt: number): Promise<Pyramid> {
  const job = await jobs.find({ jobId });
  if (!job?.preview || job.attempt !== attempt) {
    throw new TilewrightError("JOB_NOT_FOUND", "There is no preview of this attempt.");
  }
  const key = previewKey(attemptPrefix(job.imageId, jobId, attempt));
  const preview = await openPyramid({
    sizeBytes: job.preview.sizeBytes,
    read: (offset, length) => objects.read(key, { start: offset, end: offset + length }),
  });
  return withSharedReads(preview);
}
