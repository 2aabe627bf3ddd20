import { z } from "zod";
import { DatasetMetadata } from "../image/metadata.ts";
import { Sha256 } from "../sha256.ts";
import { ListedTiling, TilingStatus } from "../tiling/schemas.ts";

/** An image and the newest tiling of it. */
export const ImageSummary = z.object({
  imageId: z.uuid(),
  name: z.string(),
  sizeBytes: z.int().min(0),
  /** Of the source, once a worker has read all of it. */
  sourceSha256: Sha256.nullable(),
  metadata: DatasetMetadata,
  createdAt: z.iso.datetime(),
  tiling: TilingStatus,
});
export type ImageSummary = z.infer<typeof ImageSummary>;

/** As lists have it: what its uploader said of it is told one image at a time. */
export const ListedImage = ImageSummary.omit({ metadata: true }).extend({ tiling: ListedTiling });
export type ListedImage = z.infer<typeof ListedImage>;

export const ListImagesInput = z
  .strictObject({ limit: z.int().min(1).max(100).default(50), cursor: z.uuid().optional() })
  .prefault({});
/** There may be fewer than asked for where they take much room; `nextCursor` says whether there are more. */
export const ImageList = z.object({ images: z.array(ListedImage), nextCursor: z.uuid().nullable() });
