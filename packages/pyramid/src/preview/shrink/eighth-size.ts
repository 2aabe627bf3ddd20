import type { Size } from "../../geometry.ts";

/** Of a block of 8 x 8 that is only begun there is a pixel if half of it is within the image. */
export const eighthOf = ({ widthPx, heightPx }: Size): Size => ({
  widthPx: Math.round(widthPx / 8),
  heightPx: Math.round(heightPx / 8),
});
