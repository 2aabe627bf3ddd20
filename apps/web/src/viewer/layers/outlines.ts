import { analysisLimits } from "@tilewright/core/analysis";
import { z } from "zod";
import { classColour } from "./outline-colours.ts";

/** A line in pixels of the full image: x and y by turns. A ring is closed, with or without its first point again. */
export interface Line {
  readonly points: Float64Array;
  readonly isRing: boolean;
  readonly leftPx: number;
  readonly topPx: number;
  readonly rightPx: number;
  readonly bottomPx: number;
}

/**
 * Outlines of one class, such as of a tissue; null where nothing is said of classes, and for those beyond the first.
 */
export interface OutlineClass {
  readonly name: string | null;
  /** As CSS has it: the file's own, or one that people tell from the others'. */
  readonly colour: string;
  /** An outer ring and its holes each; holes run the other way round, so that all can be filled in one go. */
  readonly polygons: readonly (readonly Line[])[];
  /** A point is a line of one. */
  readonly lines: readonly Line[];
}

/** As many as people tell apart by their colours, and some more. */
const mostClasses = 20;

const coordinates = z.array(z.unknown());
const Feature = z.object({
  geometry: z.object({ type: z.enum(["Point", "LineString", "Polygon", "MultiPolygon"]), coordinates }),
  properties: z.unknown(),
});
const FeatureCollection = z.object({ type: z.literal("FeatureCollection"), features: z.array(Feature) });

/**
 * Reads GeoJSON (RFC 7946) with classes as QuPath writes them.
 *
 * @throws ZodError it is no such thing. @throws RangeError it has more vertices than a layer may have, or one that is
 * none.
 */
export function parseOutlines(json: unknown): OutlineClass[] {
  const classes = new Map<string | null, OutlineClass & { polygons: Line[][]; lines: Line[] }>();
  const count = counter(analysisLimits.vertices);
  for (const { geometry, properties } of FeatureCollection.parse(json).features) {
    const wanted = classOf(properties);
    const name = classes.has(wanted.name) || classes.size < mostClasses ? wanted.name : null;
    const colour = (name !== null && wanted.colour) || classColour(classes.size);
    const found = classes.get(name) ?? { name, colour, polygons: [], lines: [] };
    classes.set(name, found);
    if (geometry.type === "Point") found.lines.push(lineOf([geometry.coordinates], count));
    if (geometry.type === "LineString") found.lines.push(lineOf(geometry.coordinates, count));
    if (geometry.type === "Polygon") found.polygons.push(polygonOf(geometry.coordinates, count));
    if (geometry.type === "MultiPolygon") {
      for (const polygon of listsOf(geometry.coordinates)) found.polygons.push(polygonOf(polygon, count));
    }
  }
  return [...classes.values()];
}

const sample = z.int().min(0).max(255);
const Classified = z.object({
  classification: z.object({
    name: z.string().min(1).max(80),
    color: z.tuple([sample, sample, sample]).optional().catch(undefined),
  }),
});

function classOf(properties: unknown): { name: string | null; colour: string | null } {
  const { name, color } = Classified.safeParse(properties).data?.classification ?? {};
  return { name: name ?? null, colour: color ? `rgb(${color.join(" ")})` : null };
}

const listsOf = (value: readonly unknown[]): unknown[][] => z.array(coordinates).parse(value);

type Counter = (more: number) => void;

function counter(most: number): Counter {
  let sum = 0;
  return (more) => {
    sum += more;
    if (sum > most) throw new RangeError("It has more vertices than a layer may have.");
  };
}

const polygonOf = (rings: readonly unknown[], count: Counter): Line[] =>
  listsOf(rings).map((positions, index) => {
    const ring = { ...lineOf(positions, count), isRing: true };
    return doubleArea(ring.points) > 0 === (index === 0) ? ring : { ...ring, points: reversed(ring.points) };
  });

function lineOf(positions: readonly unknown[], count: Counter): Line {
  count(positions.length);
  const points = new Float64Array(positions.length * 2);
  for (const [index, position] of positions.entries()) {
    const [x, y] = Array.isArray(position) ? position : [];
    if (!Number.isFinite(x) || !Number.isFinite(y)) throw new RangeError("A vertex has no two numbers.");
    points[index * 2] = x;
    points[index * 2 + 1] = y;
  }
  return boxed(points);
}

function boxed(points: Float64Array): Line {
  const line = { points, isRing: false, leftPx: Infinity, topPx: Infinity, rightPx: -Infinity, bottomPx: -Infinity };
  for (const [index, value] of points.entries()) {
    if (index % 2 === 0) {
      line.leftPx = Math.min(line.leftPx, value);
      line.rightPx = Math.max(line.rightPx, value);
    } else {
      line.topPx = Math.min(line.topPx, value);
      line.bottomPx = Math.max(line.bottomPx, value);
    }
  }
  return line;
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
