import type { Point } from "./rings.ts";

/**
 * Leaves out points of a closed line that lie within a tolerance of the line without them.
 *
 * Source: D. Douglas, T. Peucker, Algorithms for the reduction of the number of points required to represent a
 * digitized line or its caricature, 1973. Lines of `traceRings` are nowhere closer than 0.7: with a tolerance below
 * half of that, they don't cross.
 */
export function simplify(points: readonly Point[], tolerance: number): Point[] {
  const far = farthest(points, 0, points.length, points[0] ?? [0, 0], points[0] ?? [0, 0]).at;
  const isKept = new Uint8Array(points.length);
  isKept[0] = 1;
  isKept[far] = 1;
  const parts: [from: number, to: number][] = [
    [0, far],
    [far, points.length],
  ];
  for (let part = parts.pop(); part; part = parts.pop()) {
    const [from, to] = part;
    const { at, distance } = farthest(points, from, to, points[from] as Point, points[to % points.length] as Point);
    if (distance <= tolerance) continue;
    isKept[at] = 1;
    parts.push([from, at], [at, to]);
  }
  return points.filter((_, i) => isKept[i] === 1);
}

/** Of the points between two places the one that is farthest from a line. */
function farthest(
  points: readonly Point[],
  from: number,
  to: number,
  a: Point,
  b: Point,
): { at: number; distance: number } {
  let [at, distance] = [from, 0];
  for (let i = from + 1; i < to; i++) {
    const here = distanceTo(points[i] as Point, a, b);
    if (here > distance) [at, distance] = [i, here];
  }
  return { at, distance };
}

function distanceTo([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length > 0 ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}
