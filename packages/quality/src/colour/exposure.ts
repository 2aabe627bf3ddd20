import type { Mask } from "../overview/mask.ts";
import type { Overview } from "../overview/overview.ts";
import type { Glass } from "../tissue/glass.ts";
import type { Subject } from "../tissue/subject.ts";

/** Of the pixels that are looked at, 0 to 1. */
export interface Exposure {
  readonly underexposed: number;
  readonly overexposed: number;
}

const darkest = 12;
const brightest = 250;
const nearGlass = 8;
const [shoulder, shoulderEnd] = [225, 244];
/**
 * A drawing on white has hardly anything that is nearly white, but for what JPEG leaves around its lines; a picture
 * with too much light has.
 */
const leastShoulder = 0.05;

/** Whatever is lit well reaches half of the range somewhere: nothing but a few pixels does not do. */
const [leastBright, leastBrightShare] = [128, 0.005];

/**
 * How much of the tissue, or of a picture, is too dark or too bright to show anything, as the overview has it: the mean
 * of some pixels. All of an image is too dark in which hardly anything reaches half of the range. Of tissue, two
 * channels at their end are enough, for stains differ in the others, if light that passes through the glass alone is at
 * the end too; of a picture all three have to be there, and what is plain white paper does not count.
 */
export function measureExposure({ rgb }: Overview, within: Mask, subject: Subject, glass: Glass): Exposure {
  let [all, dark, bright, nearly] = [0, 0, 0, 0];
  const isSlide = subject === "slide";
  // Gaps in tissue are as bright as the glass.
  const gap = Math.min(...glass.colour) - nearGlass;
  // Nothing is brighter than glass that is seen: values beyond are what JPEG makes of edges.
  const canEnd = glass.colour.map((value) => glass.fraction === 0 || value >= brightest);
  for (let i = 0; i < within.data.length; i++) {
    if (within.data[i] === 0) continue;
    all += 1;
    const [red, green, blue] = [rgb[3 * i] ?? 0, rgb[3 * i + 1] ?? 0, rgb[3 * i + 2] ?? 0];
    const least = Math.min(red, green, blue);
    if (Math.max(red, green, blue) <= darkest) dark += 1;
    if (isSlide) {
      const ended = [red, green, blue].filter((value, channel) => value >= brightest && canEnd[channel]).length;
      if (ended >= 2 && least < gap) bright += 1;
    } else if (least >= brightest) bright += 1;
    else if (least >= shoulder && least <= shoulderEnd) nearly += 1;
  }
  if (all === 0) return { underexposed: 0, overexposed: 0 };
  const isPaper = !isSlide && nearly < leastShoulder * bright;
  return { underexposed: isAllDark(rgb) ? 1 : dark / all, overexposed: isPaper ? 0 : bright / all };
}

function isAllDark(rgb: Uint8Array): boolean {
  let bright = 0;
  for (let i = 0; i < rgb.length; i += 3) {
    if (Math.max(rgb[i] ?? 0, rgb[i + 1] ?? 0, rgb[i + 2] ?? 0) >= leastBright) bright += 1;
  }
  return bright < (leastBrightShare * rgb.length) / 3;
}
