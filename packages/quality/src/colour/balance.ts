import type { Overview } from "../overview/overview.ts";
import type { Colour, Glass } from "../tissue/glass.ts";
import type { Subject } from "../tissue/subject.ts";

/**
 * Each channel against the mean of the three; 1 is neutral. On a slide of the glass, which has no colour; in a picture
 * of the mean of all pixels (grey world: G. Buchsbaum, A spatial processor model for object colour perception, 1980).
 */
export function colourBalance({ rgb }: Overview, glass: Glass, subject: Subject): Colour | null {
  if (subject === "slide") return glass.fraction > 0 ? balanceOf(glass.colour) : null;
  const sums: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < rgb.length; i += 3) {
    sums[0] += rgb[i] ?? 0;
    sums[1] += rgb[i + 1] ?? 0;
    sums[2] += rgb[i + 2] ?? 0;
  }
  return balanceOf(sums);
}

function balanceOf([red, green, blue]: Colour): Colour | null {
  const mean = (red + green + blue) / 3;
  return mean > 0 ? [red / mean, green / mean, blue / mean] : null;
}
