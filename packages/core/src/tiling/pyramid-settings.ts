import { z } from "zod";
import { TileFormat } from "./tile-format.ts";

/** What pyramids are made with: of the same bytes, the same settings make the same pyramid. */
export const PyramidSettings = z.object({
  tileSizePx: z.int32().min(1),
  tileFormat: TileFormat,
  quality: z.int().min(1).max(100),
});
export type PyramidSettings = z.infer<typeof PyramidSettings>;
