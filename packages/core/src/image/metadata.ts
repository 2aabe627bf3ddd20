import { z } from "zod";
import { line, text } from "../text.ts";

/** What an uploader has said about an image: flat entries. */
export const DatasetMetadata = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type DatasetMetadata = z.infer<typeof DatasetMetadata>;

const mostEntries = 50;
const mostBytes = 8 * 1024;

/** What an uploader may say: so many entries, and so many bytes as JSON in UTF-8. */
export const NewDatasetMetadata = z
  .record(line(100).min(1), z.union([text(2_000), z.number(), z.boolean(), z.null()]))
  .refine((entries) => Object.keys(entries).length <= mostEntries, `at most ${mostEntries} entries`)
  .refine(
    (entries) => new TextEncoder().encode(JSON.stringify(entries)).length <= mostBytes,
    `at most ${mostBytes} bytes of JSON`,
  );
