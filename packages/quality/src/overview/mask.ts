import type { Size } from "../sharpness/cells.ts";

/** Of an overview's pixels, those of a kind: 1, the others 0. */
export interface Mask extends Size {
  readonly data: Uint8Array;
}

export const countOf = ({ data }: Mask): number => data.reduce((sum, value) => sum + value, 0);
