import { analysisLimits } from "@tilewright/core/analysis/limits";
import { line } from "@tilewright/core/text";
import { z } from "zod";

/** One closed line in pixels of the full image: x and y by turns, without its first point again. */
export interface Ring {
  readonly points: Float64Array;
  readonly leftPx: number;
  readonly topPx: number;
  readonly rightPx: number;
  readonly bottomPx: number;
}

/** Outlines of one class, such as of a tissue; null where nothing is said of classes. */
export interface OutlineClass {
  readonly name: string | null;
  /** An outer ring and its holes each; holes run the other way round, so that all can be filled in one go. */
  readonly polygons: readonly (readonly Ring[])[];
}

/** Of GeoJSON (RFC 7946) what outlines are made of. QuPath writes what else it knows into `properties`. */
const Feature = z.object({
  type: z.literal("Feature"),
  geometry: z.object({ type: z.enum(["Polygon", "MultiPolygon"]), coordinates: z.array(z.unknown()) }),
  properties: z.object({ classification: z.object({ name: line(80) }).optional() }).nullish(),
});
const FeatureCollection = z.object({ type: z.literal("FeatureCollection"), features: z.array(Feature) });

/**
 * @throws ZodError it is not a GeoJSON of polygons. @throws RangeError it has more vertices than a layer may have, or
 * a vertex that is none.
 */
export function parseOutlines(json: unknown): OutlineClass[] {
  const classes = new Map<string | null, Ring[][]>();
  let vertices = 0;
  for (const { geometry, properties } of FeatureCollection.parse(json).features) {
    const name = properties?.classification?.name ?? null;
    const polygons = classes.get(name) ?? [];
    classes.set(name, polygons);
    for (const polygon of geometry.type === "Polygon" ? [geometry.coordinates] : listsOf(geometry.coordinates)) {
      const rings = listsOf(polygon);
      vertices += rings.reduce((sum, { length }) => sum + length, 0);
      if (vertices > analysisLimits.vertices) throw new RangeError("It has more vertices than a layer may have.");
      polygons.push(rings.map((positions, index) => ringOf(positions, index === 0)));
    }
  }
  return [...classes].map(([name, polygons]) => ({ name, polygons }));
}

const listsOf = (value: readonly unknown[]): unknown[][] => z.array(z.array(z.unknown())).parse(value);

function ringOf(positions: readonly unknown[], isOuter: boolean): Ring {
  const points = new Float64Array(positions.length * 2);
  for (const [index, position] of positions.entries()) {
    const [x, y] = Array.isArray(position) ? position : [];
    if (!Number.isFinite(x) || !Number.isFinite(y)) throw new RangeError("A vertex has no two numbers.");
    points[index * 2] = x;
    points[index * 2 + 1] = y;
  }
  const ring = boxed(points);
  return doubleArea(points) > 0 === isOuter ? ring : { ...ring, points: reversed(points) };
}

function boxed(points: Float64Array): Ring {
  const ring = { points, leftPx: Infinity, topPx: Infinity, rightPx: -Infinity, bottomPx: -Infinity };
  for (const [index, value] of points.entries()) {
    if (index % 2 === 0) {
      ring.leftPx = Math.min(ring.leftPx, value);
      ring.rightPx = Math.max(ring.rightPx, value);
    } else {
      ring.topPx = Math.min(ring.topPx, value);
      ring.bottomPx = Math.max(ring.bottomPx, value);
    }
  }
  return ring;
}

/** Twice what the ring encloses: positive one way round and negative the other, whatever a file has them in. */
function doubleArea(points: Float64Array): number {
  let sum = 0;
  let [beforeX, beforeY] = [points.at(-2) ?? 0, points.at(-1) ?? 0];
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i] ?? 0, points[i + 1] ?? 0];
    sum += beforeX * y - x * beforeY;
    [beforeX, beforeY] = [x, y];
  }
  return sum;
}

function reversed(points: Float64Array): Float64Array {
  const turned = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    turned[points.length - 2 - i] = points[i] ?? 0;
    turned[points.length - 1 - i] = points[i + 1] ?? 0;
  }
  return turned;
}
