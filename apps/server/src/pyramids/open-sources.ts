import { TilewrightError } from "@tilewright/core";
import { type Images, requireImage } from "@tilewright/core/image";
import type { ObjectStore } from "@tilewright/core/storage";
import { openSourceView, PyramidError, type SourceView } from "@tilewright/pyramid";
import { LRUCache } from "lru-cache";
import type { PreviewedJob } from "./open-previews.ts";
import { withSharedReads } from "./shared-reads.ts";

type Decode = <T>(make: () => Promise<T>) => Promise<T>;

/** Memory for open sources: the ones used last stay. */
const mostHeldBytes = 256 * 2 ** 20;

/** What one holds: twelve bytes of index for each tile, and up to so much of decoded tiles. */
const heldBytes = ({ tileCount }: SourceView): number => tileCount * 12 + 8 * 2 ** 20;

/** The sources that are looked at while they are being tiled, each indexed once: their bytes never change. */
export class OpenSources {
  readonly #cache: LRUCache<string, SourceView, PreviewedJob>;

  constructor(images: Pick<Images, "find">, objects: Pick<ObjectStore, "read">, decode: Decode) {
    this.#cache = new LRUCache({
      maxSize: mostHeldBytes,
      sizeCalculation: heldBytes,
      fetchMethod: (_, __, { context: job }) => openSource(images, objects, decode, job),
    });
  }

  /** @throws TilewrightError IMAGE_NOT_FOUND, OBJECT_NOT_FOUND the source is gone, or is no image that can be shown. */
  async get(job: PreviewedJob): Promise<SourceView> {
    const found = await this.#cache.fetch(`${job.jobId}/${job.attempt}`, { context: job });
    if (!found) throw new TilewrightError("OBJECT_NOT_FOUND");
    return found;
  }
}

async function openSource(
  images: Pick<Images, "find">,
  objects: Pick<ObjectStore, "read">,
  decode: Decode,
  { imageId, preview }: PreviewedJob,
): Promise<SourceView> {
  const { sourceKey, sizeBytes } = await requireImage({ images }, imageId);
  const read = (offset: number, length: number) => objects.read(sourceKey, { start: offset, end: offset + length });
  const view = await openSourceView({ sizeBytes, read }, preview.tileSizePx);
  if (!view) throw new TilewrightError("OBJECT_NOT_FOUND", "The uploaded file has no tiles that can be shown.");
  return withSharedReads({
    ...view,
    readTile: (level, column, row) =>
      decode(() => view.readTile(level, column, row)).catch((error: unknown) => Promise.reject(refusal(error))),
  });
}

const refusal = (error: unknown): unknown =>
  error instanceof PyramidError && error.code === "CORRUPT_IMAGE" ? new TilewrightError("SOURCE_DAMAGED") : error;
