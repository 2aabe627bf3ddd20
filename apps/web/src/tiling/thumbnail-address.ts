import type { TilingStatus } from "@tilewright/client";
import { shownPyramid } from "./shown-pyramid.ts";

/** Of the pyramid, or else of its preview; null while there is neither. */
export function thumbnailAddress(tiling: TilingStatus): string | null {
  const { jobId, attempt, preview } = tiling;
  const shownJobId = shownPyramid(tiling);
  if (shownJobId) return `/pyramids/${shownJobId}/thumbnail.jpg`;
  return preview && `/previews/${jobId}/${attempt}/thumbnail.jpg`;
}
