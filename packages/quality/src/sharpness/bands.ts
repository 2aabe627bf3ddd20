import { zigzag } from "./zigzag.ts";

/**
 * What is added up of a block: details of 4 to 8 pixels' period or so, and the finest of all, which is mostly noise.
 */
export const bands = { detail: 0, noise: 1 } as const;
export const bandCount = 2;

/** Coefficients of each band. */
export const bandSizes = { detail: 21, noise: 15 } as const;

/** The band of a coefficient by its higher frequency; null for none. */
export function bandOf(u: number, v: number): number | null {
  const frequency = Math.max(u, v);
  if (frequency >= 2 && frequency <= 4) return bands.detail;
  return frequency === 7 ? bands.noise : null;
}

/** By place in a JPEG's block: the band, and whether it is counted there. */
export const bandOfCode = Uint8Array.from(zigzag, ([u, v]) => bandOf(u, v) ?? bands.detail);
export const isCounted = Uint8Array.from(zigzag, ([u, v]) => (bandOf(u, v) === null ? 0 : 1));
