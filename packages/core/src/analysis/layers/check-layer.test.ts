import { expect, test } from "vitest";
import { analysisLimits, type GridLayer, TilewrightError } from "../../index.ts";
import { checkGeoJson } from "./geojson.ts";
import { checkGrid } from "./grid.ts";
import { oneAtATime } from "./one-at-a-time.ts";

const bytesOf = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));

const refusal = async (check: () => Promise<void>): Promise<string | null> => {
  try {
    await check();
    return null;
  } catch (error) {
    if (error instanceof TilewrightError && error.code === "RESULT_INVALID") return error.message;
    throw error;
  }
};

const size = { widthPx: 100, heightPx: 80 };
const outer = [
  [0, 0],
  [100, 0],
  [100, 80],
  [0, 80],
  [0, 0],
];
const hole = [
  [10, 10],
  [10, 20],
  [20, 20],
  [20, 10],
  [10, 10],
];
const polygon = (...rings: unknown[]) => ({ type: "Polygon", coordinates: rings });
const collection = (...geometries: unknown[]) => ({
  type: "FeatureCollection",
  features: geometries.map((geometry) => ({ type: "Feature", properties: { name: "Tissue" }, geometry })),
});
const geojson = (value: unknown) => refusal(() => checkGeoJson(bytesOf(value), size));

test("outlines as QuPath writes them are taken", async () => {
  expect(await geojson(collection())).toBeNull();
  expect(await geojson(collection(polygon(outer, hole)))).toBeNull();
  expect(await geojson(collection({ type: "MultiPolygon", coordinates: [[outer, hole], [outer]] }))).toBeNull();
  expect(await geojson(collection({ type: "Point", coordinates: [1.5, 2] }))).toBeNull();
  expect(
    await geojson(
      collection({
        type: "LineString",
        coordinates: [
          [0, 0],
          [1, 1],
        ],
      }),
    ),
  ).toBeNull();
});

test.each([
  ["no JSON", "{", "no JSON"],
  ["another type", { type: "Feature" }, "FeatureCollection"],
  ["a collection of geometries", collection({ type: "GeometryCollection", geometries: [] }), "none of a point"],
  ["no geometry", collection(null), "none of a point"],
  ["an open ring", collection(polygon(outer.slice(0, -1))), "not closed"],
  ["a ring of three positions", collection(polygon([outer[0], outer[1], outer[0]])), "fewer than 4"],
  ["an exterior wound the wrong way", collection(polygon(outer.toReversed())), "exterior ring"],
  ["a hole wound the wrong way", collection(polygon(outer, hole.toReversed())), "hole"],
  ["the hole first", collection(polygon(hole.toReversed(), outer.toReversed())), "has to come first"],
  [
    "no area",
    collection(
      polygon([
        [0, 0],
        [5, 5],
        [9, 9],
        [0, 0],
      ]),
    ),
    "empty",
  ],
  ["no ring", collection(polygon()), "no ring"],
  ["a position outside", collection({ type: "Point", coordinates: [101, 0] }), "no pair of pixels"],
  ["a position below zero", collection({ type: "Point", coordinates: [0, -1] }), "no pair of pixels"],
  ["three coordinates", collection({ type: "Point", coordinates: [1, 1, 1] }), "no pair of pixels"],
  ["text for a coordinate", collection({ type: "Point", coordinates: ["1", 1] }), "no pair of pixels"],
  ["a number for positions", collection({ type: "LineString", coordinates: [1, 2] }), "no pair of pixels"],
])("outlines with %s are refused", async (_, value, why) => {
  expect(await geojson(value)).toContain(why);
});

test("a million vertices are refused before they are parsed", async () => {
  const ring = Array.from({ length: 1_000_000 }, () => [1, 1]);
  expect(await geojson(collection(polygon(ring)))).toContain("more than 1000000 values");
  const points = Array.from({ length: analysisLimits.vertices + 1 }, () => [1, 1]);
  expect(await geojson(collection({ type: "LineString", coordinates: points }))).toContain("more than 250000 vertices");
  expect(await geojson(collection({ type: "LineString", coordinates: points.slice(1) }))).toBeNull();
});

test("JSON that nests without end, or is nothing but brackets, is refused", async () => {
  expect(await geojson("[".repeat(100_000))).toContain("16 deep");
  expect(await geojson(`[${"[],".repeat(2_000_000)}[]]`)).toContain("values");
  expect(await geojson(`{"type": "FeatureCollection", "features": [], "a": "${'[\\"'.repeat(1_000)}"}`)).toBeNull();
});

const grid = { name: "sharpness", columns: 3, rows: 2 } as GridLayer;
test.each([
  ["fits", { values: [1, null, 0.5, -1, 0, 2] }, null],
  ["has too few values", { values: [1] }, "1 values for 3 columns and 2 rows"],
  ["has text in it", { values: [1, 2, 3, 4, 5, "6"] }, "Value 5"],
  ["has lists in it", { values: [1, 2, 3, 4, 5, [6]] }, "2 deep"],
  ["has a number that is none", `{"values": [1, 2, 3, 4, 5, 1e999]}`, "Value 5"],
  ["has other members", { values: [], more: 1 }, '{"values"'],
  ["is a list", [1, 2, 3, 4, 5, 6], '{"values"'],
  ["is nothing", "null", '{"values"'],
  ["is no UTF-8", new Uint8Array([0xff]), "no JSON"],
])("a grid that %s", async (_, value, why) => {
  const bytes = value instanceof Uint8Array ? value : bytesOf(value);
  const said = await refusal(() => checkGrid(grid, bytes));
  if (why === null) expect(said).toBeNull();
  else expect(said).toContain(why);
});

test("others have their turn while a large layer is looked through", async () => {
  const bytes = bytesOf({ values: Array.from({ length: analysisLimits.gridCells }, () => 0.123456789) });
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 0);
  await checkGrid({ ...grid, columns: 1_000, rows: 1_000 }, bytes);
  clearInterval(timer);
  expect(turns).toBeGreaterThanOrEqual(Math.floor(bytes.length / 2 ** 20));
});

test("however many layers arrive, one is read at a time, and a refused one keeps nobody waiting", async () => {
  let [reading, most] = [0, 0];
  const read = async (isRefused: boolean): Promise<void> => {
    reading += 1;
    most = Math.max(most, reading);
    await new Promise((resolve) => setTimeout(resolve, 0));
    reading -= 1;
    if (isRefused) throw new Error("refused");
  };
  const ends = await Promise.allSettled(
    [true, false, true, false].map((isRefused) => oneAtATime(() => read(isRefused))),
  );
  expect(most).toBe(1);
  expect(ends.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected", "fulfilled"]);
});
