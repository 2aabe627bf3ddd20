import { expect, test } from "vitest";
import { parsePlaceSearch, placeLink, toSearch } from "./place.ts";

const place = { x: 1234.567, y: 89.04, zoom: 0.123456, rotation: -90 };

test("a place survives its link", () => {
  const link = placeLink("http://host/slides/1?old=1", place);
  expect(link).toBe("http://host/slides/1?x=1234.6&y=89&zoom=0.1235&rotation=270");
  const search = parsePlaceSearch(Object.fromEntries(new URL(link).searchParams));
  expect(search).toEqual({ x: 1234.6, y: 89, zoom: 0.1235, rotation: 270 });
});

test("no rotation is left out", () => {
  expect(toSearch({ ...place, rotation: 360 })).not.toHaveProperty("rotation");
});

const nonsense = ["abc", "", " ", "NaN", "Infinity", Infinity, Number.NaN, null, true, [1, 2], ["1"], { a: 1 }, 1n];

test.each(nonsense)("%o is dropped from whichever parameter says it, and the others stand", (value) => {
  const whole = { x: 1, y: 2, zoom: 3, rotation: 4 };
  for (const name of ["x", "y", "zoom", "rotation"] as const) {
    const { [name]: _, ...others } = whole;
    expect(parsePlaceSearch({ ...whole, [name]: value })).toEqual(others);
  }
});

test.each([
  [{ zoom: 0 }, {}],
  [{ zoom: -0 }, {}],
  [{ zoom: -1 }, {}],
  [{ zoom: "1e308" }, { zoom: 1e308 }],
  [{ zoom: "1e-320" }, { zoom: 1e-320 }],
  [{ zoom: "1e400" }, {}],
  [
    { x: "-1e308", y: 1e308 },
    { x: -(2 ** 40), y: 2 ** 40 },
  ],
  [{ rotation: 450 }, { rotation: 90 }],
  [{ rotation: "-90" }, { rotation: 270 }],
  [{ rotation: 1e308 }, { rotation: 1e308 % 360 }],
  [{ rotation: 359.7 }, {}],
  [{ unknown: 1, __proto__: { x: 1 } }, { x: 1 }],
])("%o asks for %o", (search, kept) => expect(parsePlaceSearch(search)).toEqual(kept));
