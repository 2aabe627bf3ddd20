import type { TileFormatName } from "../names.ts";

export const tileContentTypes: Record<TileFormatName, string> = { jpeg: "image/jpeg", webp: "image/webp" };

/** What the address of a tile may end in, and first what it does end in where we write it. */
export const tileExtensions: Record<TileFormatName, readonly [string, ...string[]]> = {
  jpeg: ["jpg", "jpeg"],
  webp: ["webp"],
};
