import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Product } from "@tilewright/e2e/product";
import { publishedBy } from "./stored-pyramid.ts";

export interface JobTimes {
  readonly jobId: string;
  readonly claimToCompletedMs: number;
  /** Null if the pyramid was there first. */
  readonly claimToFirstViewMs: number | null;
}

/** Uploads an image and waits until a worker has tiled it. */
export async function jobTimes(product: Product, sourcePath: string): Promise<JobTimes> {
  const image = await openAsBlob(sourcePath);
  const { jobId, imageId } = await product.client.uploadImage(image, { fileName: basename(sourcePath) });
  const { startedAt, finishedAt } = await product.client.waitUntilReady(imageId);
  const claimedMs = Date.parse(startedAt ?? "");
  // Publishing renames the file, which is when its inode changed last.
  const preview = await publishedBy(jobId, "preview.tif", product.dataDirectory)
    .then((path) => stat(path))
    .catch(() => null);
  return {
    jobId,
    claimToCompletedMs: Date.parse(finishedAt ?? "") - claimedMs,
    claimToFirstViewMs: preview && preview.ctimeMs - claimedMs,
  };
}
