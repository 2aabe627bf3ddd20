import { jpegFormat } from "./jpeg.ts";
import type { TileFormat } from "./tile-format.ts";
import { webpFormat } from "./webp.ts";

export const tileFormats = { jpeg: jpegFormat, webp: webpFormat } satisfies Record<string, TileFormat>;

export type TileFormatName = keyof typeof tileFormats;
