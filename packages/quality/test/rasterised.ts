import type { Polygon } from "../src/layers/outlines.ts";

/**
 * Pixels whose middles lie in polygons, by counting the edges to their left: a way of its own, from coordinates alone.
 */
export function rasterised(polygons: readonly Polygon[], widthPx: number, heightPx: number): Uint8Array {
  const crossings = Array.from({ length: heightPx }, (): number[] => []);
  for (const ring of polygons.flat()) {
    for (const [i, [x1, y1]] of ring.slice(0, -1).entries()) {
      const [x2, y2] = ring[i + 1] ?? [0, 0];
      const [top, bottom] = [Math.min(y1, y2), Math.max(y1, y2)];
      for (let y = Math.max(0, Math.ceil(top - 0.5)); y + 0.5 < bottom && y < heightPx; y++) {
        if (y + 0.5 >= top) crossings[y]?.push(x1 + ((y + 0.5 - y1) / (y2 - y1)) * (x2 - x1));
      }
    }
  }
  const pixels = new Uint8Array(widthPx * heightPx);
  for (const [y, places] of crossings.entries()) {
    places.sort((a, b) => a - b);
    for (let i = 0; i + 1 < places.length; i += 2) {
      const [from = 0, to = 0] = [places[i], places[i + 1]];
      for (let x = Math.max(0, Math.ceil(from - 0.5)); x + 0.5 < to && x < widthPx; x++) pixels[y * widthPx + x] = 1;
    }
  }
  return pixels;
}
