import type { z } from "zod";
import { TilewrightError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { toTilingStatus } from "../tiling/verbs/get-status.ts";
import type { ImageWithTiling } from "./ports.ts";
import type { GetImageInput, ImageList, ImageSummary, ListImagesInput } from "./schemas.ts";

/** @throws TilewrightError IMAGE_NOT_FOUND */
export async function getImage(ports: Ports, { imageId }: z.infer<typeof GetImageInput>): Promise<ImageSummary> {
  const found = await ports.images.find(imageId);
  if (!found) throw new TilewrightError("IMAGE_NOT_FOUND");
  return toImageSummary(ports, found);
}

/** Newest first, with the newest tiling of each. */
export async function listImages(
  ports: Ports,
  input: z.infer<typeof ListImagesInput>,
): Promise<z.infer<typeof ImageList>> {
  const found = await ports.images.list(input);
  const last = found.length === input.limit ? found.at(-1) : undefined;
  return { images: found.map((each) => toImageSummary(ports, each)), nextCursor: last?.image.imageId ?? null };
}

function toImageSummary(ports: Ports, { image, job }: ImageWithTiling): ImageSummary {
  return {
    imageId: image.imageId,
    name: image.name,
    sizeBytes: image.sizeBytes,
    metadata: image.metadata,
    createdAt: image.createdAt.toISOString(),
    tiling: toTilingStatus(ports, job),
  };
}
