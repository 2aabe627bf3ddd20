import { z } from "zod";
import { TileFormat } from "./tile-format.ts";

/** As large as PostgreSQL's integers. */
const count = z.int32().min(1);
const bytes = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

/**
 * What is known of a finished pyramid. Sizes are those of the full image; `levelCount` counts as a DZI does, down to 1
 * x 1.
 */
export const PyramidFacts = z.object({
  widthPx: count,
  heightPx: count,
  levelCount: count,
  tileSizePx: count,
  tileFormat: TileFormat,
  tileCount: count,
  sizeBytes: bytes,
});
export type PyramidFacts = z.infer<typeof PyramidFacts>;

/** What is known of a preview: a small pyramid of the whole image, there while the full one is being made. */
export const PreviewFacts = PyramidFacts.omit({ tileFormat: true, tileCount: true }).extend({
  imageWidthPx: count,
  imageHeightPx: count,
  /**
   * Deep Zoom levels of the image at full size. Only where the source itself can be looked at: under the preview's
   * address it shows those from `levelCount` on.
   */
  imageLevelCount: count.optional(),
});
export type PreviewFacts = z.infer<typeof PreviewFacts>;
