import type { TiffPage } from "./page.ts";

const named = /^(label|macro|thumbnail|overview)(?![a-z])/i;
/** Names stand among the first words. */
const searchedLength = 64 * 1024;

/**
 * The name of a picture beside the image, as Aperio, Philips and others write it at the start of a line of its
 * description; null if it has none.
 */
export function nameBeside({ description }: TiffPage): string | null {
  const lines = description.slice(0, searchedLength).split("\n");
  return lines.map((line) => named.exec(line.trimStart())?.[1]?.toLowerCase()).find(Boolean) ?? null;
}
