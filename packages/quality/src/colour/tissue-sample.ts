import type { Pyramid } from "@tilewright/pyramid";
import type { Mask } from "../overview/mask.ts";
import type { Overview } from "../overview/overview.ts";
import { levelSize } from "../sharpness/energy-task.ts";

const mostTiles = 24;
/** Of each tile every second pixel in both directions: neighbours are alike. */
const stepPx = 2;
const leastShare = 0.3;

/**
 * Pixels of tissue at half the full size, where nuclei still have a colour of their own, from tiles spread evenly over
 * it.
 */
export async function sampleTissue(pyramid: Pyramid, overview: Overview, tissue: Mask): Promise<Uint8Array> {
  const halvings = Math.min(1, pyramid.levelCount - 1);
  const { widthPx, heightPx } = levelSize(pyramid, halvings);
  const { tileSizePx } = pyramid;
  const columns = Math.ceil(widthPx / tileSizePx);
  const count = columns * Math.ceil(heightPx / tileSizePx);
  /** Pixels of the sampled level that one of the overview covers. */
  const scale = overview.scale / 2 ** halvings;
  const covered = tissueByTile(
    tissue,
    count,
    (x, y) => Math.floor((y * scale) / tileSizePx) * columns + Math.floor((x * scale) / tileSizePx),
  );
  const wholePx = (tileSizePx / scale) ** 2;
  const tiles = [...covered.keys()].filter((tile) => (covered[tile] ?? 0) >= leastShare * wholePx);
  const candidates = tiles.length > 0 ? tiles : [...covered.keys()].filter((tile) => (covered[tile] ?? 0) > 0);
  const parts: Uint8Array[] = [];
  for (const tile of spread(candidates, mostTiles)) {
    const [column, row] = [tile % columns, Math.floor(tile / columns)];
    const pixels = await pyramid.readPixels(pyramid.levelCount - 1 - halvings, column, row);
    if (!pixels) continue;
    const isTissue = (x: number, y: number): boolean => {
      const [left, top] = [(column * tileSizePx + x) / scale, (row * tileSizePx + y) / scale];
      const at =
        Math.min(Math.floor(top), tissue.heightPx - 1) * tissue.widthPx +
        Math.min(Math.floor(left), tissue.widthPx - 1);
      return tissue.data[at] === 1;
    };
    parts.push(pick(pixels.data, pixels.widthPx, pixels.heightPx, isTissue));
  }
  return Buffer.concat(parts);
}

function tissueByTile({ data, widthPx }: Mask, count: number, tileOf: (x: number, y: number) => number): Float64Array {
  const covered = new Float64Array(count);
  for (const [i, value] of data.entries()) {
    if (value === 0) continue;
    const tile = tileOf(i % widthPx, Math.floor(i / widthPx));
    covered[tile] = (covered[tile] ?? 0) + 1;
  }
  return covered;
}

function spread(items: readonly number[], most: number): number[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.floor(((i + 0.5) * items.length) / most)] ?? 0);
}

function pick(
  rgb: Uint8Array,
  widthPx: number,
  heightPx: number,
  isWanted: (x: number, y: number) => boolean,
): Uint8Array {
  const picked = new Uint8Array(Math.ceil(widthPx / stepPx) * Math.ceil(heightPx / stepPx) * 3);
  let count = 0;
  for (let y = 0; y < heightPx; y += stepPx) {
    for (let x = 0; x < widthPx; x += stepPx) {
      if (!isWanted(x, y)) continue;
      picked.set(rgb.subarray((y * widthPx + x) * 3, (y * widthPx + x) * 3 + 3), count);
      count += 3;
    }
  }
  return picked.subarray(0, count);
}
