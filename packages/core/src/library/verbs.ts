import type { z } from "zod";
import { TilewrightError } from "../errors.ts";
import type { ListedImage as ImageRow } from "../image/ports.ts";
import type { GetImageInput } from "../image/schemas.ts";
import { requireImage } from "../image/verbs.ts";
import { fitting } from "../page.ts";
import type { Ports } from "../ports.ts";
import { shownName } from "../text.ts";
import type { ListedTilingJob } from "../tiling/job.ts";
import { toListedTiling, toTilingStatus } from "../tiling/verbs/engine.ts";
import type { ImageList, ImageSummary, ListedImage, ListImagesInput } from "./schemas.ts";

/** @throws TilewrightError IMAGE_NOT_FOUND */
export async function getImage(ports: Ports, { imageId }: z.infer<typeof GetImageInput>): Promise<ImageSummary> {
  const image = await requireImage(ports, imageId);
  const job = await ports.jobs.tiling.find({ imageId });
  // Deleted meanwhile: an image has a job from its first moment on.
  if (!job) throw new TilewrightError("IMAGE_NOT_FOUND");
  const [listed, tiling] = await Promise.all([toListedImage(ports, image, job), toTilingStatus(ports, job)]);
  return { ...listed, metadata: image.metadata, tiling };
}

/** Newest first, with the newest tiling of each. */
export async function listImages(
  ports: Ports,
  { limit, cursor }: z.infer<typeof ListImagesInput>,
): Promise<z.infer<typeof ImageList>> {
  const found = await ports.images.list({ limit: limit + 1, cursor });
  const jobs = await ports.jobs.tiling.findNewest(found.map(({ imageId }) => imageId));
  const byImage = new Map(jobs.map((job) => [job.imageId, job]));
  // An image without one is being deleted at this very moment.
  const withJobs = found.flatMap((image) => {
    const job = byImage.get(image.imageId);
    return job ? [toListedImage(ports, image, job)] : [];
  });
  const images = fitting(await Promise.all(withJobs), limit);
  const hasMore = images.length < withJobs.length || found.length > limit;
  return { images, nextCursor: hasMore ? ((images.at(-1) ?? found.at(-1))?.imageId ?? null) : null };
}

async function toListedImage(ports: Ports, image: ImageRow, job: ListedTilingJob): Promise<ListedImage> {
  return {
    imageId: image.imageId,
    name: shownName(image.name),
    sizeBytes: image.sizeBytes,
    sourceSha256: image.sourceSha256,
    createdAt: image.createdAt.toISOString(),
    tiling: await toListedTiling(ports, job),
  };
}
