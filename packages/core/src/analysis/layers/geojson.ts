import { z } from "zod";
import { analysisLimits } from "../limits.ts";
import { parseModestJson } from "./modest-json.ts";
import { invalid } from "./refuse.ts";

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}
type Position = readonly [xPx: number, yPx: number];
type Ring = readonly Position[];
type Box = readonly [leftPx: number, topPx: number, rightPx: number, bottomPx: number];

/** Positions are looked at one by one below: of so many, a schema's own report would be as long. */
const coordinates = z.array(z.unknown());
const Geometry = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("Point"), coordinates }),
  z.looseObject({ type: z.literal("LineString"), coordinates }),
  z.looseObject({ type: z.literal("Polygon"), coordinates }),
  z.looseObject({ type: z.literal("MultiPolygon"), coordinates }),
]);
const Feature = z.looseObject({
  type: z.literal("Feature"),
  geometry: Geometry,
  properties: z.record(z.string(), z.unknown()).nullable(),
});
const FeatureCollection = z.looseObject({ type: z.literal("FeatureCollection"), features: z.array(z.unknown()) });

/** A vertex is an array of two, and one of a list; features take the rest. */
const most = { depth: 16, values: 4 * analysisLimits.vertices };

/**
 * That a file is a FeatureCollection of points, lines and polygons in pixels of the image, with rings as RFC 7946 has
 * them.
 *
 * @throws TilewrightError RESULT_INVALID
 */
export async function checkGeoJson(bytes: Uint8Array, size: Size): Promise<void> {
  const collection = FeatureCollection.safeParse(await parseModestJson(bytes, most));
  if (!collection.success) throw invalid("A geojson layer has to be a FeatureCollection.");
  let vertices = 0;
  for (const [index, each] of collection.data.features.entries()) {
    const feature = Feature.safeParse(each);
    if (!feature.success) throw invalid(`Feature ${index} is none of a point, line, polygon or multipolygon.`);
    vertices += checkGeometry(feature.data.geometry, `feature ${index}`, size);
    if (vertices > analysisLimits.vertices) {
      throw invalid(`The outlines have more than ${analysisLimits.vertices} vertices.`);
    }
  }
}

/** @returns how many vertices it has. */
function checkGeometry({ type, coordinates }: z.infer<typeof Geometry>, where: string, size: Size): number {
  switch (type) {
    case "Point":
      requirePosition(coordinates, where, size);
      return 1;
    case "LineString":
      return line(coordinates, 2, where, size).length;
    case "Polygon":
      return checkPolygon(coordinates, where, size);
    case "MultiPolygon":
      return coordinates.reduce<number>((sum, each) => sum + checkPolygon(each, where, size), 0);
  }
}

function checkPolygon(value: unknown, where: string, size: Size): number {
  if (!Array.isArray(value) || value.length === 0) throw invalid(`A polygon of ${where} has no ring.`);
  const [exterior, ...holes] = value.map((each) => ring(each, where, size));
  if (!exterior || signedArea(exterior) <= 0) {
    throw invalid(
      `An exterior ring of ${where} is empty or wound the wrong way round: its signed area has to be positive.`,
    );
  }
  const around = boxOf(exterior);
  for (const hole of holes) {
    if (signedArea(hole) >= 0) {
      throw invalid(`A hole of ${where} is empty or wound the wrong way round: its signed area has to be negative.`);
    }
    if (!isWithin(boxOf(hole), around)) {
      throw invalid(`A hole of ${where} lies outside of its exterior ring, which has to come first.`);
    }
  }
  return value.reduce<number>((sum, each: readonly unknown[]) => sum + each.length, 0);
}

function ring(value: unknown, where: string, size: Size): Ring {
  const positions = line(value, 4, where, size);
  const [first, last] = [positions[0], positions.at(-1)];
  if (first?.[0] !== last?.[0] || first?.[1] !== last?.[1]) throw invalid(`A ring of ${where} is not closed.`);
  return positions;
}

function line(value: unknown, fewest: number, where: string, size: Size): Ring {
  if (!Array.isArray(value) || value.length < fewest) {
    throw invalid(`A line or ring of ${where} has fewer than ${fewest} positions.`);
  }
  for (const position of value) requirePosition(position, where, size);
  return value;
}

function requirePosition(value: unknown, where: string, { widthPx, heightPx }: Size): asserts value is Position {
  const [xPx, yPx, ...more] = Array.isArray(value) ? value : [];
  const isInside = isBetween(xPx, widthPx) && isBetween(yPx, heightPx);
  if (!isInside || more.length > 0) {
    throw invalid(`A position of ${where} is no pair of pixels within ${widthPx} x ${heightPx}.`);
  }
}

const isBetween = (value: unknown, end: number): boolean => typeof value === "number" && value >= 0 && value <= end;

/** Twice the area, by the numbers as they stand. */
function signedArea(positions: Ring): number {
  let area = 0;
  for (let at = 1; at < positions.length; at += 1) {
    const [x0, y0] = positions[at - 1] ?? [0, 0];
    const [x1, y1] = positions[at] ?? [0, 0];
    area += x0 * y1 - x1 * y0;
  }
  return area;
}

const boxOf = (positions: Ring): Box =>
  positions.reduce<Box>(
    ([left, top, right, bottom], [x, y]) => [
      Math.min(left, x),
      Math.min(top, y),
      Math.max(right, x),
      Math.max(bottom, y),
    ],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );

const isWithin = (inner: Box, outer: Box): boolean =>
  inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3];
