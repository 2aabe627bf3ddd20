import { countOf, type Mask } from "../overview/mask.ts";
import type { Overview } from "../overview/overview.ts";
import type { Glass } from "./glass.ts";
import { densityTables } from "./optical-density.ts";

export type Subject = "slide" | "picture";

const leastGlass = 0.01;
const mostInk = 0.2;
const mostBrighter = 0.02;
const [leastDensity, leastSaturation] = [0.1, 20];
/** Of what is no glass and no ink: how much has a colour, and how much of that the colour of a stain. */
const [leastColoured, leastStained] = [0.3, 0.7];
/** Where there is less than that on the glass, it may be of any colour. */
const emptyShare = 0.002;

/** Without glass in sight, no slide can be told from a picture. */
export const mayBeSlide = (glass: Glass): boolean => glass.fraction >= leastGlass;

/**
 * Whether the picture is of a slide in bright field: there is glass, hardly anything that has a colour is brighter, and
 * what is darker has the colour of a stain, which takes no less light in green than in red. Meadows, skies and water
 * are of others.
 */
export function tellSubject(overview: Overview, glass: Glass, ink: Mask): Subject {
  if (!mayBeSlide(glass) || countOf(ink) > mostInk * ink.data.length) return "picture";
  const { rgb } = overview;
  const [reds, greens, blues] = densityTables(glass.colour);
  const glassSum = glass.colour.reduce((sum, value) => sum + value, 0);
  let [other, coloured, stained, brighter] = [0, 0, 0, 0];
  for (let i = 0; i < rgb.length; i += 3) {
    if (ink.data[i / 3] === 1) continue;
    const [red, green, blue] = [rgb[i] ?? 0, rgb[i + 1] ?? 0, rgb[i + 2] ?? 0];
    const isColoured = Math.max(red, green, blue) - Math.min(red, green, blue) >= leastSaturation;
    if (isColoured && red + green + blue > glassSum) brighter += 1;
    const [redDensity, greenDensity, blueDensity] = [reds[red] ?? 0, greens[green] ?? 0, blues[blue] ?? 0];
    if (redDensity + greenDensity + blueDensity < 3 * leastDensity) continue;
    other += 1;
    if (!isColoured) continue;
    coloured += 1;
    if (greenDensity >= 0.75 * redDensity && greenDensity >= 0.5 * blueDensity) stained += 1;
  }
  const pixels = rgb.length / 3;
  if (brighter > mostBrighter * pixels) return "picture";
  if (other < emptyShare * pixels) return "slide";
  return coloured >= leastColoured * other && stained >= leastStained * coloured ? "slide" : "picture";
}
