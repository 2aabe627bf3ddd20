import type { z } from "zod";
import type { ImageVerdict } from "../analysis/ports.ts";
import { TilewrightError } from "../errors.ts";
import type { ListedImage as ImageRow } from "../image/ports.ts";
import type { GetImageInput } from "../image/schemas.ts";
import { requireImage } from "../image/verbs.ts";
import { fitting } from "../page.ts";
import type { Ports } from "../ports.ts";
import { shownName } from "../text.ts";
import type { ListedTilingJob } from "../tiling/job.ts";
import { toListedTiling, toTilingStatus } from "../tiling/verbs/engine.ts";
import { cursorOf, placeOf } from "./cursor.ts";
import type { ImageList, ImageSummary, ListedImage, ListImagesInput } from "./schemas.ts";

/** @throws TilewrightError IMAGE_NOT_FOUND */
export async function getImage(ports: Ports, { imageId }: z.infer<typeof GetImageInput>): Promise<ImageSummary> {
  const image = await requireImage(ports, imageId);
  const job = await ports.jobs.tiling.find({ imageId });
  // Deleted meanwhile: an image has a job from its first moment on.
  if (!job) throw new TilewrightError("IMAGE_NOT_FOUND");
  return { ...toImageFacts(image), metadata: image.metadata, tiling: await toTilingStatus(ports, job) };
}

/** Newest first, or by a number, with the newest tiling of each and what analyses say of it. */
export async function listImages(
  ports: Ports,
  { limit, ...asked }: z.infer<typeof ListImagesInput>,
): Promise<z.infer<typeof ImageList>> {
  const rows = await rowsOf(ports, { ...asked, limit: limit + 1 });
  const imageIds = rows.flatMap(({ image }) => image?.imageId ?? []);
  const [jobs, verdicts] = await Promise.all([
    ports.jobs.tiling.findNewest(imageIds),
    ports.verdicts.ofImages(imageIds),
  ]);
  const jobOf = new Map(jobs.map((job) => [job.imageId, job]));
  const verdictsOf = Map.groupBy(verdicts, ({ imageId }) => imageId);
  // One that has no row or no job is being deleted at this very moment.
  const shown = rows.flatMap(({ image, cursor }) => {
    const job = image && jobOf.get(image.imageId);
    return job ? [{ image, job, verdicts: verdictsOf.get(image.imageId) ?? [], cursor }] : [];
  });
  const listed = shown.map(({ image, job, verdicts }) => toListedImage(ports, image, job, verdicts));
  const images = fitting(await Promise.all(listed), limit);
  const hasMore = images.length < shown.length || rows.length > limit;
  return { images, nextCursor: hasMore ? ((shown[images.length - 1] ?? rows.at(-1))?.cursor ?? null) : null };
}

interface Row {
  readonly image: ImageRow | null;
  /** With which the list goes on after it. */
  readonly cursor: string;
}

async function rowsOf(
  { images, verdicts }: Ports,
  { limit, cursor, sort }: z.infer<typeof ListImagesInput>,
): Promise<Row[]> {
  if (!sort) return (await images.list({ limit, cursor })).map((image) => ({ image, cursor: image.imageId }));
  const places = await verdicts.sorted({ ...sort, limit, after: cursor === undefined ? null : placeOf(cursor) });
  const found = await images.findAll(places.map(({ imageId }) => imageId));
  const byId = new Map(found.map((image) => [image.imageId, image]));
  return places.map((place) => ({ image: byId.get(place.imageId) ?? null, cursor: cursorOf(place) }));
}

async function toListedImage(
  ports: Ports,
  image: ImageRow,
  job: ListedTilingJob,
  verdicts: readonly ImageVerdict[],
): Promise<ListedImage> {
  return {
    ...toImageFacts(image),
    tiling: await toListedTiling(ports, job),
    verdicts: verdicts.map(({ kind, jobId, level, text }) => ({ kind, jobId, level, text })),
  };
}

const toImageFacts = ({ imageId, name, sizeBytes, sourceSha256, createdAt }: ImageRow) => ({
  imageId,
  name: shownName(name),
  sizeBytes,
  sourceSha256,
  createdAt: createdAt.toISOString(),
});
