import { describe, expect, it } from "vitest";
import { outlines, type Polygon, signedArea } from "../src/layers/outlines.ts";
import type { Mask } from "../src/overview/mask.ts";
import type { Overview } from "../src/overview/overview.ts";
import { hash, smoothNoise } from "./composed.ts";
import { rasterised } from "./rasterised.ts";

const overviewOf = (widthPx: number, heightPx: number, scale = 1): Overview => ({
  widthPx,
  heightPx,
  scale,
  rgb: new Uint8Array(0),
  fullWidthPx: widthPx * scale,
  fullHeightPx: heightPx * scale,
});

const mask = (widthPx: number, heightPx: number, isIn: (x: number, y: number) => boolean): Mask => ({
  widthPx,
  heightPx,
  data: Uint8Array.from({ length: widthPx * heightPx }, (_, i) => (isIn(i % widthPx, Math.floor(i / widthPx)) ? 1 : 0)),
});

const fromText = (...rows: string[]): Mask => mask(rows[0]?.length ?? 0, rows.length, (x, y) => rows[y]?.[x] === "#");

type Segment = readonly [x1: number, y1: number, x2: number, y2: number];

const segmentsOf = (polygons: readonly Polygon[]): Segment[] =>
  polygons.flat().flatMap((ring) =>
    ring.slice(0, -1).map(([x, y], i): Segment => {
      const [nextX, nextY] = ring[i + 1] ?? [0, 0];
      return [x, y, nextX, nextY];
    }),
  );

/** Whether two segments have a point in common that is not the end of one and the start of the other. */
function meet([ax, ay, bx, by]: Segment, [cx, cy, dx, dy]: Segment): boolean {
  const side = (px: number, py: number, qx: number, qy: number, rx: number, ry: number): number =>
    Math.sign((qx - px) * (ry - py) - (qy - py) * (rx - px));
  const joined = (bx === cx && by === cy) || (ax === dx && ay === dy);
  const [c, d] = [side(ax, ay, bx, by, cx, cy), side(ax, ay, bx, by, dx, dy)];
  const [a, b] = [side(cx, cy, dx, dy, ax, ay), side(cx, cy, dx, dy, bx, by)];
  if (joined) return c === 0 && d === 0 && (bx - ax) * (dx - cx) + (by - ay) * (dy - cy) < 0;
  return c * d <= 0 && a * b <= 0 && !(c === 0 && d === 0);
}

describe("outlines", () => {
  it("wind as RFC 7946 wants them, with holes in their areas and islands on their own", () => {
    const ring = fromText(
      ".........",
      ".#######.",
      ".#.....#.",
      ".#.###.#.",
      ".#.###.#.",
      ".#.....#.",
      ".#######.",
      ".........",
    );
    const polygons = outlines(ring, overviewOf(9, 8));
    expect(polygons.map((polygon) => polygon.length)).toEqual([2, 1]);
    for (const [outer, ...holes] of polygons) {
      expect(signedArea(outer ?? [])).toBeGreaterThan(0);
      for (const hole of holes) expect(signedArea(hole)).toBeLessThan(0);
    }
    for (const part of polygons.flat()) expect(part.at(-1)).toEqual(part[0]);
  });

  it("keep pixels apart that share a corner alone", () => {
    const polygons = outlines(fromText("##..", "##..", "..##", "..##"), overviewOf(4, 4));
    expect(polygons.length).toBe(2);
  });

  it("do not cross or touch, and enclose what the mask does, in any tangle of pixels", () => {
    for (const [i, density] of [0.3, 0.5, 0.7, 0.5, 0.5].entries()) {
      const [widthPx, heightPx] = [40 + i, 37];
      const tangle = mask(widthPx, heightPx, (x, y) => (i < 3 ? hash(x, y, i) : smoothNoise(x, y, 2 + i, i)) < density);
      const polygons = outlines(tangle, overviewOf(widthPx, heightPx));
      const segments = segmentsOf(polygons);
      for (const [at, segment] of segments.entries()) {
        for (const other of segments.slice(at + 1)) {
          if (meet(segment, other)) expect.fail(`${segment} meets ${other} in tangle ${i}`);
        }
      }
      // A pixel's middle is never on the wrong side of a line that keeps within a third of a pixel of its sides'
      // middles.
      const drawn = rasterised(polygons, widthPx, heightPx);
      const wrong = drawn.filter((value, pixel) => value !== tangle.data[pixel]).length;
      expect(wrong / drawn.length).toBeLessThan(0.02);
    }
  });

  it("are in pixels of the full image, and within it", () => {
    const all = mask(5, 3, () => true);
    const overview = { ...overviewOf(5, 3, 16), fullWidthPx: 70, fullHeightPx: 41 };
    const [polygon] = outlines(all, overview);
    const points = polygon?.flat() ?? [];
    expect(Math.max(...points.map(([x]) => x))).toBe(70);
    expect(Math.max(...points.map(([, y]) => y))).toBe(41);
    expect(Math.min(...points.flat())).toBe(0);
  });

  it("have far fewer vertices than a layer may have, whatever the mask", () => {
    const dust = mask(700, 700, (x, y) => (x + y) % 2 === 0 && x % 3 > 0);
    const vertices = outlines(dust, overviewOf(700, 700))
      .flat()
      .reduce((sum, ring) => sum + ring.length, 0);
    expect(vertices).toBeLessThanOrEqual(40_000);
  });
});
