import { expect, test } from "vitest";
import { type Line, parseOutlines } from "../src/viewer/layers/outlines.ts";
import { boxInView, type PathSink, traceLine, type View } from "../src/viewer/layers/trace.ts";
import { outlines } from "./fake/analysis.ts";

const polygon = (...coordinates: unknown[]) => ({
  type: "FeatureCollection",
  features: [{ type: "Feature", geometry: { type: "Polygon", coordinates }, properties: null }],
});

const feature = (type: string, coordinates: unknown, name?: unknown) => ({
  type: "Feature",
  geometry: { type, coordinates },
  properties: { classification: { name } },
});

function area({ points }: Line): number {
  let sum = 0;
  for (let i = 0; i < points.length; i += 2) {
    const j = (i + 2) % points.length;
    sum += ((points[i] ?? 0) * (points[j + 1] ?? 0) - (points[j] ?? 0) * (points[i + 1] ?? 0)) / 2;
  }
  return sum;
}

test("outlines are sorted by class, and holes run against their outline whatever the file says", () => {
  const classes = parseOutlines(outlines);
  expect(classes.map(({ name, polygons }) => [name, ...polygons.map((rings) => rings.map(area))])).toEqual([
    ["Tissue", [4_000_000, -1_000_000]],
    ["Pen", [1_000_000]],
    [null],
  ]);
  expect(classes[1]?.polygons[0]?.[0]).toMatchObject({ leftPx: 4_000, topPx: 500, rightPx: 5_000, bottomPx: 1_500 });
});

test("an outline that runs the other way round is turned", () => {
  const [found] = parseOutlines(
    polygon([
      [0, 0],
      [0, 10],
      [10, 10],
      [10, 0],
      [0, 0],
    ]),
  );
  expect(found?.polygons[0]?.map(area)).toEqual([100]);
});

test("points and lines are kept open, and a class that is no text is none", () => {
  const features = [
    feature("Point", [3, 4], 5),
    feature("LineString", [
      [0, 0],
      [8, 9],
    ]),
    feature("Point", [1, 2], "Cell"),
  ];
  const [other, cells] = parseOutlines({ type: "FeatureCollection", features });
  expect(other).toMatchObject({ name: null, polygons: [] });
  expect(other?.lines.map(({ points, isRing }) => [[...points], isRing])).toEqual([
    [[3, 4], false],
    [[0, 0, 8, 9], false],
  ]);
  expect(cells?.lines[0]).toMatchObject({ leftPx: 1, rightPx: 1, topPx: 2, bottomPx: 2 });
});

test("a class has the colour that its file gives it, or one of its own", () => {
  const point = (name: string, color: unknown) => ({
    ...feature("Point", [1, 2]),
    properties: { classification: { name, color } },
  });
  const features = [point("a", [1, 20, 255]), point("b", "url(x)"), point("c", [1, 2, 256]), point("a", [9, 9, 9])];
  const colours = parseOutlines({ type: "FeatureCollection", features }).map(({ colour }) => colour);
  expect(colours).toEqual(["rgb(1 20 255)", "#d55e00", "#009e73"]);
});

test("of more classes than colours tell apart the last are one", () => {
  const features = Array.from({ length: 200 }, (_, index) => feature("Point", [index, 0], `Class ${index}`));
  const classes = parseOutlines({ type: "FeatureCollection", features });
  expect(classes.length).toBe(21);
  expect(classes.at(-1)).toMatchObject({ name: null });
  expect(classes.reduce((sum, { lines }) => sum + lines.length, 0)).toBe(200);
});

test.each([
  ["no object", null],
  ["another type", { type: "Feature" }],
  ["a geometry that no layer has", { type: "FeatureCollection", features: [feature("MultiPoint", [[1, 2]])] }],
  ["no lists", polygon(1, 2)],
  [
    "a vertex that is none",
    polygon([
      [0, 0],
      [1, "2"],
    ]),
  ],
  ["a vertex without numbers", polygon([[0, 0], null])],
  ["too many vertices", polygon(Array.from({ length: 250_001 }, () => [1, 2]))],
])("%s is refused", (_, json) => expect(() => parseOutlines(json)).toThrow());

/** What a path encloses: how often it goes round a point, counted by its crossings of a ray to the right. */
class Windings implements PathSink {
  readonly points: [number, number][] = [];
  moveTo(x: number, y: number): void {
    this.points.push([x, y]);
  }
  lineTo(x: number, y: number): void {
    this.points.push([x, y]);
  }
  closePath(): void {}
  around(x: number, y: number): number {
    let winding = 0;
    for (const [index, [x1, y1]] of this.points.entries()) {
      const [x2, y2] = this.points[(index + 1) % this.points.length] ?? [0, 0];
      const side = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1);
      if (y1 <= y && y2 > y && side > 0) winding += 1;
      else if (y1 > y && y2 <= y && side < 0) winding -= 1;
    }
    return winding;
  }
}

/** The same numbers in every run (Park and Miller). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A walk with long and short steps that crosses itself, leaves the view and comes back. */
function wildRing(random: () => number): Line {
  const points: number[] = [];
  let [x, y] = [random() * 400, random() * 400];
  for (let index = 0; index < 400; index++) {
    const step = random() < 0.1 ? 900 : random() < 0.5 ? 40 : 0.2;
    [x, y] = [x + (random() - 0.5) * step, y + (random() - 0.5) * step];
    points.push(x, y);
  }
  return { points: Float64Array.from(points), isRing: true, leftPx: 0, topPx: 0, rightPx: 0, bottomPx: 0 };
}

const turned: View["transform"] = { a: 0, b: 2, c: -2, d: 0, e: 500, f: -100 };
const plain: View["transform"] = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };

test.each([
  ["plain", plain],
  ["turned and enlarged", turned],
])("what is left out of a ring changes nothing in the view: %s", (_, transform) => {
  const random = randomOf(7);
  const view: View = { transform, widthPx: 300, heightPx: 200 };
  let [all, kept, compared] = [0, 0, 0];
  for (let round = 0; round < 15; round++) {
    const ring = wildRing(random);
    const whole = new Windings();
    for (let i = 0; i < ring.points.length; i += 2) {
      const [x = 0, y = 0] = ring.points.subarray(i, i + 2);
      const { a, b, c, d, e, f } = transform;
      whole.lineTo(a * x + c * y + e, b * x + d * y + f);
    }
    const traced = new Windings();
    traceLine(traced, ring, view);
    for (let probe = 0; probe < 60; probe++) {
      const [x, y] = [random() * 300, random() * 200];
      // Within a pixel of a line, half a pixel may decide on which side a point is.
      const near = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => whole.around(x + dx, y + dy)));
      if (new Set(near).size > 1) continue;
      compared += 1;
      expect(traced.around(x, y)).toBe(whole.around(x, y));
    }
    all += whole.points.length;
    kept += traced.points.length;
  }
  expect(compared).toBeGreaterThan(300);
  expect(kept).toBeLessThan(all * 0.6);
});

test("points that the eye cannot tell apart are drawn once", () => {
  const circle = Array.from({ length: 20_000 }, (_, index) => (index / 20_000) * 2 * Math.PI);
  const [found] = parseOutlines(
    polygon(circle.map((angle) => [500 + 400 * Math.cos(angle), 500 + 400 * Math.sin(angle)])),
  );
  const [ring] = found?.polygons[0] ?? [];
  if (!ring) throw new Error("No ring.");
  const small = new Windings();
  traceLine(small, ring, { transform: { ...plain, a: 0.1, d: 0.1 }, widthPx: 100, heightPx: 100 });
  expect(small.points.length).toBeLessThan(600);
  expect(small.around(50, 50)).not.toBe(0);
  const away: View = { transform: { ...plain, e: -2_000 }, widthPx: 100, heightPx: 100 };
  expect(boxInView(ring, away)).toBe(null);
  const box = boxInView(ring, { transform: turned, widthPx: 100, heightPx: 100 });
  expect(Object.values(box ?? {}).map(Math.round)).toEqual([-1300, 100, 300, 1700]);
});
