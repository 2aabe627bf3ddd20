import type { Mask } from "../overview/mask.ts";

export type Point = readonly [x: number, y: number];

/** A closed line around pixels of a mask, in its pixels; the first point is not repeated. */
export interface Ring {
  readonly points: readonly Point[];
  /** A pixel that lies inside, next to the line: on its right in a picture. */
  readonly pixel: number;
}

/** East, south, west and north. */
const steps: readonly Point[] = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
];

/**
 * The outlines of a mask's areas and holes: lines between the middles of the pixels' sides that have the mask on one
 * side only, as of marching squares (Lorensen and Cline 1987) in the plane. Pixels that only share a corner stay apart,
 * so no two lines touch. In coordinates, an area is to the left of its line, whose signed area is positive; that of a
 * hole is negative.
 */
export function traceRings(mask: Mask): Ring[] {
  const { widthPx, heightPx, data } = mask;
  const isInside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < widthPx && y < heightPx && data[y * widthPx + x] === 1;
  const isPassed = new Uint8Array(data.length);
  const rings: Ring[] = [];
  for (let pixel = 0; pixel < data.length; pixel++) {
    const [x, y] = [pixel % widthPx, Math.floor(pixel / widthPx)];
    // Every ring goes east somewhere, along the upper side of a pixel.
    if (isPassed[pixel] === 1 || data[pixel] !== 1 || isInside(x, y - 1)) continue;
    const onEast = (left: number, top: number): void => {
      isPassed[top * widthPx + left] = 1;
    };
    rings.push({ points: follow(x, y, isInside, onEast), pixel });
  }
  return rings;
}

function follow(
  startX: number,
  startY: number,
  isInside: (x: number, y: number) => boolean,
  onEast: (x: number, y: number) => void,
): Point[] {
  const points: Point[] = [];
  let [x, y, direction] = [startX, startY, 0];
  do {
    if (direction === 0) onEast(x, y);
    const [dx, dy] = steps[direction] ?? [0, 0];
    points.push([x + dx / 2, y + dy / 2]);
    x += dx;
    y += dy;
    direction = (direction + turn(x, y, direction, isInside)) % 4;
  } while (x !== startX || y !== startY || direction !== 0);
  return points;
}

/**
 * To the right where the pixel ahead on the right is outside, straight on where only that on the left is, or else to
 * the left.
 */
function turn(x: number, y: number, direction: number, isInside: (x: number, y: number) => boolean): number {
  const [dx, dy] = steps[direction] ?? [0, 0];
  // Pixels that meet at (x, y), ahead: half a step forward, and half a step to either side.
  const [ahead, across] = [Math.floor(x + (dx - dy) / 2), Math.floor(y + (dy + dx) / 2)];
  if (!isInside(ahead, across)) return 1;
  return isInside(Math.floor(x + (dx + dy) / 2), Math.floor(y + (dy - dx) / 2)) ? 3 : 0;
}
