import type { z } from "zod";
import { TilewrightError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import type { ObjectInfo } from "../storage/object-store.ts";
import type { Image, Images } from "./ports.ts";
import type { DeletedImage, DeleteImageInput, GetImageInput } from "./schemas.ts";

/** @throws TilewrightError IMAGE_NOT_FOUND */
export async function requireImage(
  { images }: { readonly images: Pick<Images, "find"> },
  imageId: string,
): Promise<Image> {
  const image = await images.find(imageId);
  if (!image) throw new TilewrightError("IMAGE_NOT_FOUND");
  return image;
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
  const image = await requireImage(ports, imageId);
  const stored = await ports.objects.head(image.sourceKey);
  if (!stored) throw new TilewrightError("OBJECT_NOT_FOUND", "The uploaded file of this image is not in the store.");
  return { image, stored };
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
