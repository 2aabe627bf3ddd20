import { z } from "zod";
import { KindName } from "../analysis/kind.ts";
import { NumberName, Verdict } from "../analysis/result.ts";
import { DatasetMetadata } from "../image/metadata.ts";
import { Sha256 } from "../sha256.ts";
import { ListedTiling, TilingStatus } from "../tiling/schemas.ts";
import { SortedCursor } from "./cursor.ts";

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

/** What the newest analysis of a kind says of the pyramid that the image shows. */
export const ListedVerdict = Verdict.extend({ kind: z.string(), jobId: z.uuid() });

/** As lists have it: what its uploader said of it is told one image at a time. */
export const ListedImage = ImageSummary.omit({ metadata: true }).extend({
  tiling: ListedTiling,
  verdicts: z.array(ListedVerdict),
});
export type ListedImage = z.infer<typeof ListedImage>;

export const ListImagesInput = z
  .strictObject({
    limit: z.int().min(1).max(100).default(50),
    cursor: z.union([z.uuid(), SortedCursor]).optional(),
    /** By a number that analyses of a kind find; images without it come last. By default the newest image is first. */
    sort: z.strictObject({ kind: KindName, number: NumberName, order: z.enum(["asc", "desc"]) }).optional(),
  })
  .prefault({})
  .refine(
    ({ cursor, sort }) => cursor === undefined || cursor.includes("/") === (sort !== undefined),
    "a cursor goes on with the list that gave it",
  );
/** There may be fewer than asked for where they take much room; `nextCursor` says whether there are more. */
export const ImageList = z.object({ images: z.array(ListedImage), nextCursor: z.string().nullable() });
