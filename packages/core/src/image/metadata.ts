import { z } from "zod";

/** What an uploader may say about an image: at most 50 flat entries. */
export const DatasetMetadata = z
  .record(z.string().min(1).max(100), z.union([z.string().max(2_000), z.number(), z.boolean(), z.null()]))
  .refine((entries) => Object.keys(entries).length <= 50, "at most 50 entries");
export type DatasetMetadata = z.infer<typeof DatasetMetadata>;
