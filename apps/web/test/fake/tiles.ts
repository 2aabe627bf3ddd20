import { drawPng } from "./png.ts";
import { pyramid } from "./world.ts";

const { widthPx, heightPx, tileSizePx, levelCount } = pyramid;

export const dziDescriptor = `<?xml version="1.0" encoding="UTF-8"?>
<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="jpg" Overlap="0" TileSize="${tileSizePx}">
  <Size Width="${widthPx}" Height="${heightPx}"/>
</Image>`;

/** Rings on tissue pink; the colour of a pixel follows from its place in the full image alone. */
function colorAt(x: number, y: number): readonly [number, number, number] {
  const distance = Math.hypot(x - widthPx * 0.4, y - heightPx * 0.5);
  const ring = Math.floor(distance / 180) % 2;
  const isGrain = ((x >> 3) + (y >> 3)) % 2;
  const isPaper = distance > heightPx * 0.46;
  if (isPaper) return [244, 240, 243];
  return [190 + ring * 40 - isGrain * 12, 110 + ring * 50, 170 + ring * 20 - isGrain * 18];
}

const drawn = new Map<string, Buffer>();

/** Each is drawn once, as it is asked for in every test. */
export function tile(level: number, column: number, row: number): Buffer {
  const place = `${level}/${column}_${row}`;
  const png = drawn.get(place) ?? drawTile(level, column, row);
  drawn.set(place, png);
  return png;
}

function drawTile(level: number, column: number, row: number): Buffer {
  const scale = 2 ** (levelCount - 1 - level);
  const left = column * tileSizePx;
  const top = row * tileSizePx;
  const width = Math.min(tileSizePx, Math.ceil(widthPx / scale) - left);
  const height = Math.min(tileSizePx, Math.ceil(heightPx / scale) - top);
  return drawPng(width, height, (x, y) => colorAt((left + x) * scale, (top + y) * scale));
}

export const drawThumbnail = (): Buffer =>
  drawPng(512, 341, (x, y) => colorAt((x * widthPx) / 512, (y * heightPx) / 341));
