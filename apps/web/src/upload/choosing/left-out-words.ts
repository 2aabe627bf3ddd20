import { isolated } from "../../ui/FileName.tsx";

const mostNames = 3;

/**
 * One sentence for however many: "Left out, as they are no images: notes.txt, Thumbs.db." Null where there is nothing.
 */
export function leftOutWords(names: readonly string[]): string | null {
  if (names.length === 0) return null;
  const isHalfASlide = names.includes("Slidedat.ini");
  const hint = isHalfASlide ? " To send a MIRAX slide, drop its .mrxs file and its folder together." : "";
  const shown = [...new Set(names)].slice(0, mostNames).map(isolated);
  const more = names.length - shown.length;
  const list = more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
  return `Left out, as ${names.length === 1 ? "it is no image" : "they are no images"}: ${list}.${hint}`;
}
