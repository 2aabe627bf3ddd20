import { z } from "zod";

/** What the tiles of a pyramid are: all of them the same. */
export const TileFormat = z.enum(["jpeg", "webp"]);
export type TileFormat = z.infer<typeof TileFormat>;
