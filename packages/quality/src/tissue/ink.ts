import { findAreas, withoutHoles } from "../overview/areas.ts";
import type { Mask } from "../overview/mask.ts";
import type { Overview } from "../overview/overview.ts";
import type { Colour } from "./glass.ts";
import { densityTables } from "./optical-density.ts";

/** Of a stroke at its densest, and where it runs out. */
const [strongDensity, weakDensity] = [0.3, 0.12];
/** A dot of a pen is larger, in pixels of the full image. */
const smallestFullPx = 256 ** 2;
const leastStrongShare = 0.3;

/**
 * Marks of a felt pen: areas of a colour that no stain has. Stains of H&E and DAB take most of the light in green or
 * blue; blue, green and turquoise ink take most of it in red, red ink takes green and blue alike and hardly any red,
 * and black ink takes all alike. The rules are ours, in optical density, after the pen filters of HistoQC (Janowczyk et
 * al. 2019), which compare channels of RGB.
 */
export function findInk(overview: Overview, glass: Colour): Mask {
  const { rgb, widthPx, heightPx, scale } = overview;
  const [reds, greens, blues] = densityTables(glass);
  const data = new Uint8Array(widthPx * heightPx);
  const isStrong = new Uint8Array(widthPx * heightPx);
  for (let i = 0; i < data.length; i++) {
    const [red, green, blue] = [
      reds[rgb[3 * i] ?? 0] ?? 0,
      greens[rgb[3 * i + 1] ?? 0] ?? 0,
      blues[rgb[3 * i + 2] ?? 0] ?? 0,
    ];
    const densest = Math.max(red, green, blue);
    if (densest < weakDensity || !isInk(red, green, blue)) continue;
    data[i] = 1;
    isStrong[i] = densest >= strongDensity ? 1 : 0;
  }
  const leastPx = Math.max(4, smallestFullPx / scale ** 2);
  return withoutHoles(strokes({ data, widthPx, heightPx }, isStrong, leastPx), leastPx / 16);
}

function isInk(red: number, green: number, blue: number): boolean {
  const densest = Math.max(red, green, blue);
  const isBlue = red >= 1.12 * green && red >= 1.5 * blue;
  const isGreen = green <= 0.6 * Math.min(red, blue);
  const isRed = green >= 0.5 && blue >= 0.75 * green && red <= 0.25 * green;
  const isBlack = Math.min(red, green, blue) >= 0.7 && densest - Math.min(red, green, blue) <= 0.25 * densest;
  return isBlue || isGreen || isRed || isBlack;
}

/** Areas that are large enough, and strong over a good part of them. */
function strokes(mask: Mask, isStrong: Uint8Array, leastPx: number): Mask {
  const { labels, sizesPx } = findAreas(mask, 1);
  const strongPx = new Int32Array(sizesPx.length);
  for (const [i, label] of labels.entries()) strongPx[label] = (strongPx[label] ?? 0) + (isStrong[i] ?? 0);
  const isStroke = sizesPx.map((size, label) => size >= leastPx && (strongPx[label] ?? 0) >= leastStrongShare * size);
  return { ...mask, data: mask.data.map((value, i) => (value && isStroke[labels[i] ?? 0] ? 1 : 0)) };
}
