import type { TileFormatName } from "../names.ts";
import { jpegFormat } from "./jpeg.ts";
import type { TileFormat } from "./tile-format.ts";
import { webpFormat } from "./webp.ts";

export const tileFormats = { jpeg: jpegFormat, webp: webpFormat } satisfies Record<TileFormatName, TileFormat>;
