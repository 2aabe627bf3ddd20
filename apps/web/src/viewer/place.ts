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

/** The place in an address's search; null when it says none, or none that makes sense. */
export function placeOf(search: PlaceSearch): Place | null {
  const { x, y, zoom, rotation = 0 } = search;
  return x === undefined || y === undefined || zoom === undefined ? null : { x, y, zoom, rotation };
}

export type PlaceSearch = { [Key in keyof Place]?: Place[Key] };

/** Keeps what is a place and drops everything else; no rotation is left out. */
export function parsePlaceSearch(search: Readonly<Record<string, unknown>>): PlaceSearch {
  const x = finite(search["x"]);
  const y = finite(search["y"]);
  const zoom = finite(search["zoom"]);
  if (x === null || y === null || zoom === null || zoom <= 0) return {};
  return toSearch({ x, y, zoom, rotation: finite(search["rotation"]) ?? 0 });
}

/** Rounded to what the eye can tell apart. */
export function toSearch({ x, y, zoom, rotation }: Place): PlaceSearch {
  const degrees = ((Math.round(rotation) % 360) + 360) % 360;
  return {
    x: Math.round(x * 10) / 10,
    y: Math.round(y * 10) / 10,
    zoom: Number(zoom.toPrecision(4)),
    ...(degrees === 0 ? {} : { rotation: degrees }),
  };
}

/** The address of a place: `href` with the place as its search. */
export function placeLink(href: string, place: Place): string {
  const url = new URL(href);
  url.search = "";
  for (const [name, value] of Object.entries(toSearch(place))) url.searchParams.set(name, String(value));
  return url.href;
}

function finite(value: unknown): number | null {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}
