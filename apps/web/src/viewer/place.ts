/** Where one looks at an image, in its own coordinates: the same link shows the same spot on every screen. */
export interface Place {
  /** Image pixel in the middle of the view. */
  readonly x: number;
  readonly y: number;
  /** Screen pixels (CSS) per image pixel. */
  readonly zoom: number;
  /** Degrees clockwise, 0 to 359. */
  readonly rotation: number;
}

/** What an address says of a place: each parameter stands for itself. */
export type PlaceSearch = { [Key in keyof Place]?: Place[Key] };

/** Keeps what makes sense of each parameter and drops everything else; no rotation is left out. */
export function parsePlaceSearch(search: Readonly<Record<string, unknown>>): PlaceSearch {
  const zoom = finite(search["zoom"]);
  return toSearch({
    x: finite(search["x"]),
    y: finite(search["y"]),
    zoom: zoom !== undefined && zoom > 0 ? zoom : undefined,
    rotation: finite(search["rotation"]),
  });
}

/** Rounded to what the eye can tell apart. */
export function toSearch({ x, y, zoom, rotation = 0 }: { [Key in keyof Place]?: number | undefined }): PlaceSearch {
  const degrees = ((Math.round(rotation) % 360) + 360) % 360;
  return {
    ...(x === undefined ? {} : { x: tenth(x) }),
    ...(y === undefined ? {} : { y: tenth(y) }),
    ...(zoom === undefined ? {} : { zoom: Number(zoom.toPrecision(4)) }),
    ...(degrees === 0 ? {} : { rotation: degrees }),
  };
}

/** The address of a place, and of what else is said of the view there: `href` with that as its search. */
export function placeLink(href: string, place: Place, rest: Readonly<Record<string, string>> = {}): string {
  const url = new URL(href);
  url.search = "";
  for (const [name, value] of Object.entries({ ...toSearch(place), ...rest }))
    url.searchParams.set(name, String(value));
  return url.href;
}

/** Farther out than any image reaches, and near enough for tenths. */
const farthest = 2 ** 40;

const tenth = (value: number): number => Math.round(Math.min(farthest, Math.max(-farthest, value)) * 10) / 10;

function finite(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
