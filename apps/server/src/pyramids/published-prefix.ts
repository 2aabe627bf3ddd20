import { TilewrightError } from "@tilewright/core";
import { prefixOfManifest, type TilingJob } from "@tilewright/core/tiling";

/** Under which a job's manifest and pyramid lie. @throws TilewrightError JOB_NOT_FOUND when it has published none. */
export function publishedPrefix({ metadataPath }: Pick<TilingJob, "metadataPath">): string {
  if (metadataPath === null) throw new TilewrightError("JOB_NOT_FOUND", "There is no finished pyramid of this job.");
  return prefixOfManifest(metadataPath);
}
