import type { z } from "zod";
import { TilewrightError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import type { ObjectInfo } from "../storage/object-store.ts";
import { toTilingStatus } from "../tiling/verbs/get-status.ts";
import type { Image, ImageWithTiling } from "./ports.ts";
import type {
  DeletedImage,
  DeleteImageInput,
  GetImageInput,
  ImageList,
  ImageSummary,
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
  // One more than is asked for tells whether there are more.
  const found = await ports.images.list({ ...input, limit: input.limit + 1 });
  const page = found.slice(0, input.limit);
  const last = found.length > input.limit ? page.at(-1) : undefined;
  return {
    images: await Promise.all(page.map((each) => toImageSummary(ports, each))),
    nextCursor: last?.image.imageId ?? null,
  };
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
  return {
    imageId: image.imageId,
    name: image.name,
    sizeBytes: image.sizeBytes,
    sourceSha256: image.sourceSha256,
    metadata: image.metadata,
    createdAt: image.createdAt.toISOString(),
    tiling: await toTilingStatus(ports, job),
  };
}
