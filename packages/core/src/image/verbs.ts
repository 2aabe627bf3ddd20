import type { z } from "zod";
import { TilewrightError } from "../errors.ts";
import { fitting } from "../page.ts";
import type { Ports } from "../ports.ts";
import type { ObjectInfo } from "../storage/object-store.ts";
import { shownName } from "../text.ts";
import { toListedTiling, toTilingStatus } from "../tiling/verbs/engine.ts";
import type { Image, ImageWithTiling, ListedImageWithTiling } from "./ports.ts";
import type {
  DeletedImage,
  DeleteImageInput,
  GetImageInput,
  ImageList,
  ImageSummary,
  ListedImage,
  ListImagesInput,
} from "./schemas.ts";

/** @throws TilewrightError IMAGE_NOT_FOUND */
export async function getImage(ports: Ports, { imageId }: z.infer<typeof GetImageInput>): Promise<ImageSummary> {
  const found = await ports.images.find(imageId);
  if (!found) throw new TilewrightError("IMAGE_NOT_FOUND");
  return toImageSummary(ports, found);
}

/**
 * The uploaded file of an image, as it lies in the store.
 *
 * @throws TilewrightError IMAGE_NOT_FOUND, OBJECT_NOT_FOUND
 */
export async function getSource(
  ports: Pick<Ports, "images" | "objects">,
  { imageId }: z.infer<typeof GetImageInput>,
): Promise<{ readonly image: Image; readonly stored: ObjectInfo }> {
  const found = await ports.images.find(imageId);
  if (!found) throw new TilewrightError("IMAGE_NOT_FOUND");
  const stored = await ports.objects.head(found.image.sourceKey);
  if (!stored) throw new TilewrightError("OBJECT_NOT_FOUND", "The uploaded file of this image is not in the store.");
  return { image: found.image, stored };
}

/** Newest first, with the newest tiling of each. */
export async function listImages(
  ports: Ports,
  input: z.infer<typeof ListImagesInput>,
): Promise<z.infer<typeof ImageList>> {
  const { limit, cursor } = input;
  const found = await ports.images.list({ limit: limit + 1, cursor });
  const images = fitting(await Promise.all(found.map((each) => toListedImage(ports, each))), limit);
  return { images, nextCursor: images.length < found.length ? (images.at(-1)?.imageId ?? null) : null };
}

/**
 * Removes an image with everything that belongs to it, at any time: whoever works on it is told to stop. Its rows are
 * gone at once, its objects within seconds, even when everything dies in between.
 *
 * @throws TilewrightError IMAGE_NOT_FOUND, also when it is deleted already.
 * @see docs/adr/0021-rows-go-first.md
 */
export async function deleteImage(
  ports: Ports,
  { imageId }: z.infer<typeof DeleteImageInput>,
): Promise<z.infer<typeof DeletedImage>> {
  if (!(await ports.images.delete(imageId))) throw new TilewrightError("IMAGE_NOT_FOUND");
  return { imageId };
}

async function toImageSummary(ports: Ports, { image, job }: ImageWithTiling): Promise<ImageSummary> {
  const [listed, tiling] = await Promise.all([toListedImage(ports, { image, job }), toTilingStatus(ports, job)]);
  return { ...listed, metadata: image.metadata, tiling };
}

async function toListedImage(ports: Ports, { image, job }: ListedImageWithTiling): Promise<ListedImage> {
  return {
    imageId: image.imageId,
    name: shownName(image.name),
    sizeBytes: image.sizeBytes,
    sourceSha256: image.sourceSha256,
    createdAt: image.createdAt.toISOString(),
    tiling: await toListedTiling(ports, job),
  };
}
