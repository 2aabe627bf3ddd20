import { expect, test } from "vitest";
import { parsePlaceSearch, placeLink, placeOf, toSearch } from "../src/viewer/place.ts";

const place = { x: 1234.567, y: 89.04, zoom: 0.123456, rotation: -90 };

test("a place survives its link", () => {
  const link = placeLink("http://host/slides/1?old=1", place);
  expect(link).toBe("http://host/slides/1?x=1234.6&y=89&zoom=0.1235&rotation=270");
  const search = parsePlaceSearch(Object.fromEntries(new URL(link).searchParams));
  expect(placeOf(search)).toEqual({ x: 1234.6, y: 89, zoom: 0.1235, rotation: 270 });
});

test("no rotation is left out", () => {
  expect(toSearch({ ...place, rotation: 360 })).not.toHaveProperty("rotation");
});

test.each([
  {},
  { x: 1, y: 2 },
  { x: "one", y: 2, zoom: 1 },
  { x: 1, y: 2, zoom: 0 },
  { x: 1, y: 2, zoom: -1 },
  { x: 1, y: Number.POSITIVE_INFINITY, zoom: 1 },
  { x: "", y: "", zoom: "" },
])("%j is no place", (search) => expect(parsePlaceSearch(search)).toEqual({}));
