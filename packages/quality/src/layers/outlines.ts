import { findAreas } from "../overview/areas.ts";
import type { Mask } from "../overview/mask.ts";
import type { Overview } from "../overview/overview.ts";
import { type Point, type Ring, traceRings } from "./rings.ts";
import { simplify } from "./simplify.ts";

/** Rings as GeoJSON has them, the outer one first: the first point is repeated as the last. */
export type Polygon = readonly (readonly Point[])[];

const tolerance = 0.34;
/** Far below what a layer may have. Outlines that have more are made of a coarser mask. */
const mostVertices = 40_000;

/**
 * Outlines of a mask in pixels of the full image, the largest first. By RFC 7946 the outer rings go counterclockwise
 * and holes clockwise in coordinates, which with y downwards is the other way round to see.
 */
export function outlines(mask: Mask, overview: Overview, scale = overview.scale): Polygon[] {
  const polygons = polygonsOf(mask, overview, scale);
  const vertices = polygons.flat().reduce((sum, ring) => sum + ring.length, 0);
  return vertices <= mostVertices ? polygons : outlines(halve(mask), overview, 2 * scale);
}

function polygonsOf(mask: Mask, { fullWidthPx, fullHeightPx }: Overview, scale: number): Polygon[] {
  const { labels } = findAreas(mask, 1);
  const byArea = new Map<number, (readonly Point[])[]>();
  for (const ring of traceRings(mask)) {
    const closed = toFullSize(ring, scale, fullWidthPx, fullHeightPx);
    if (!closed) continue;
    const label = labels[ring.pixel] ?? 0;
    byArea.set(label, [...(byArea.get(label) ?? []), closed]);
  }
  // The outer ring of an area is met first, as it begins higher up than any of its holes.
  const polygons = [...byArea.values()].filter(([outer]) => outer && signedArea(outer) > 0);
  return polygons.toSorted((a, b) => signedArea(b[0] ?? []) - signedArea(a[0] ?? []));
}

/** Null for a ring of which nothing is left at the image's edge. */
function toFullSize({ points }: Ring, scale: number, fullWidthPx: number, fullHeightPx: number): Point[] | null {
  const full = simplify(points, tolerance).map(
    ([x, y]): Point => [Math.min(fullWidthPx, x * scale), Math.min(fullHeightPx, y * scale)],
  );
  const distinct = full.filter(([x, y], i) => {
    const [nextX, nextY] = full[(i + 1) % full.length] as Point;
    return x !== nextX || y !== nextY;
  });
  const [first] = distinct;
  return first && distinct.length >= 3 && signedArea(distinct) !== 0 ? [...distinct, first] : null;
}

/** Positive where the points go counterclockwise in coordinates. */
export function signedArea(points: readonly Point[]): number {
  return points.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = points[(i + 1) % points.length] as Point;
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);
}

/** Half the size; a pixel is set where at least half of those that it covers are. */
function halve({ data, widthPx, heightPx }: Mask): Mask {
  const half = { widthPx: Math.ceil(widthPx / 2), heightPx: Math.ceil(heightPx / 2) };
  const at = (x: number, y: number): number => (x < widthPx && y < heightPx ? (data[y * widthPx + x] ?? 0) : 0);
  return {
    ...half,
    data: Uint8Array.from({ length: half.widthPx * half.heightPx }, (_, i) => {
      const [x, y] = [2 * (i % half.widthPx), 2 * Math.floor(i / half.widthPx)];
      return at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1) >= 2 ? 1 : 0;
    }),
  };
}
