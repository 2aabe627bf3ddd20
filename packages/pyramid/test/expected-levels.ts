import type { Raw } from "./smooth-image.ts";

/** One level as Deep Zoom wants it: RGB as exact numbers, row by row. */
export interface Level {
  readonly data: Float32Array | Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Every Deep Zoom level of an image, from full size down to one pixel. A pixel is the mean of the four that it covers.
 * Beyond the image's border lies its last column or row, as far as the last tile of a stored level reaches; the levels
 * that one tile holds know nothing beyond their border.
 */
export function expectedLevels(source: Raw, tileSizePx: number): Level[] {
  const whole = (side: number): number => Math.ceil(side / tileSizePx) * tileSizePx;
  let padded = resized(source, whole(source.width), whole(source.height));
  const levels = [resized(source, source.width, source.height)];
  for (let level = levels[0]; level && Math.max(level.width, level.height) > 1; level = levels.at(-1)) {
    const [width, height] = [Math.ceil(level.width / 2), Math.ceil(level.height / 2)];
    const isStored = level.width > tileSizePx || level.height > tileSizePx;
    padded = half(isStored ? padded : resized(level, 2 * width, 2 * height));
    levels.push(resized(padded, width, height));
  }
  return levels;
}

/** Cut off, or continued with the last column and row. */
function resized(source: Level | Raw, width: number, height: number): Level {
  const data = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (Math.min(y, source.height - 1) * source.width + Math.min(x, source.width - 1)) * 3;
      for (let channel = 0; channel < 3; channel++) {
        data[(y * width + x) * 3 + channel] = source.data[from + channel] ?? 0;
      }
    }
  }
  return { data, width, height };
}

function half(source: Level): Level {
  const [width, height] = [source.width / 2, source.height / 2];
  const data = Float32Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y, channel] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
    const at = (dx: number, dy: number): number =>
      source.data[((2 * y + dy) * source.width + 2 * x + dx) * 3 + channel] ?? 0;
    return (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4;
  });
  return { data, width, height };
}

/** Mean absolute difference of a tile's channels from its part of the level: of all pixels, and of the outermost. */
export function differences(level: Level, tile: Raw, left: number, top: number): { all: number; edge: number } {
  let [all, edge, edgePixels] = [0, 0, 0];
  for (let y = 0; y < tile.height; y++) {
    for (let x = 0; x < tile.width; x++) {
      const [at, from] = [(y * tile.width + x) * 3, ((top + y) * level.width + left + x) * 3];
      let difference = 0;
      for (let channel = 0; channel < 3; channel++) {
        difference += Math.abs((level.data[from + channel] ?? 0) - (tile.data[at + channel] ?? 0)) / 3;
      }
      all += difference;
      if (x !== tile.width - 1 && y !== tile.height - 1) continue;
      edge += difference;
      edgePixels += 1;
    }
  }
  return { all: all / (tile.width * tile.height), edge: edge / edgePixels };
}

/** Of any sample; as if of all where a picture lacks some. */
export const mostDifference = (a: Raw, b: Raw): number =>
  a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (b.data[i] ?? -1_000))), 0);
