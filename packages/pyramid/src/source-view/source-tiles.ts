import type { ByteSource } from "../bytes/byte-source.ts";
import { dziLevelCount, dziSize, gridOf } from "../geometry.ts";
import { ByteCache } from "../reading/byte-cache.ts";
import { blankPixels, encodeTile, type Pixels, pasteOverlap } from "../reading/pixels.ts";
import { type Coverage, coverage, extentOf, shrink } from "./shrink.ts";
import type { SourceLevel } from "./source-level.ts";
import { decodeSourceTile } from "./source-tile.ts";

/**
 * Of the source, for one tile. Slide scanners' levels are quarters of each other: they take less than a tenth of it.
 */
const mostDecodedPixels = 8 * 2 ** 20;
const cachedPixelBytes = 8 * 2 ** 20;
/** How much coarser than asked a level may be: a side that was rounded down makes a quarter a little less than one. */
const tolerance = 1.01;

type Levels = readonly [full: SourceLevel, ...smaller: SourceLevel[]];

/** Deep Zoom tiles of a source image, made of the source's own. */
export class SourceTiles {
  readonly levelCount: number;
  /** From here up to full size, no tile takes more than the bound. */
  readonly coarsestLevel: number;
  readonly #source: ByteSource;
  readonly #levels: Levels;
  readonly #tileSizePx: number;
  readonly #decoded = new ByteCache<Pixels>(cachedPixelBytes);

  constructor(source: ByteSource, levels: Levels, tileSizePx: number) {
    this.#source = source;
    this.#levels = levels;
    this.#tileSizePx = tileSizePx;
    this.levelCount = dziLevelCount(levels[0]);
    let halvings = 0;
    while (halvings < this.levelCount && this.#mostPixels(halvings) <= mostDecodedPixels) halvings += 1;
    this.coarsestLevel = this.levelCount - halvings;
  }

  async read(dziLevel: number, column: number, row: number): Promise<Uint8Array | null> {
    const halvings = this.levelCount - 1 - dziLevel;
    if (!isIndex(dziLevel) || halvings < 0 || dziLevel < this.coarsestLevel) return null;
    const grid = gridOf(dziSize(this.#levels[0], halvings), this.#tileSizePx);
    if (!isIndex(column) || !isIndex(row) || column >= grid.columns || row >= grid.rows) return null;
    const level = this.#levelFor(halvings);
    const [across, down] = level.scale.map((scale) => 2 ** halvings / scale) as [number, number];
    const columns = this.#coverages(column, grid.widthPx, across, level.widthPx);
    const rows = this.#coverages(row, grid.heightPx, down, level.heightPx);
    return encodeTile(shrink(await this.#part(level, columns, rows), columns, rows), "jpeg");
  }

  /** The smallest that is no coarser than asked for. */
  #levelFor(halvings: number): SourceLevel {
    const fine = this.#levels.filter(({ scale }) => Math.max(...scale) <= 2 ** halvings * tolerance);
    return fine.at(-1) ?? this.#levels[0];
  }

  #coverages(index: number, sidePx: number, ratio: number, levelSidePx: number): Coverage[] {
    const start = index * this.#tileSizePx;
    return Array.from({ length: Math.min(this.#tileSizePx, sidePx - start) }, (_, i) =>
      coverage((start + i) * ratio, (start + i + 1) * ratio, levelSidePx),
    );
  }

  /** What is covered of a level, row of tiles by row of tiles to bound memory. */
  async #part(level: SourceLevel, columns: readonly Coverage[], rows: readonly Coverage[]): Promise<Pixels> {
    const { tile } = level;
    const [across, down] = [extentOf(columns), extentOf(rows)];
    const part = blankPixels({ widthPx: across.endPx - across.startPx, heightPx: down.endPx - down.startPx });
    for (const row of tilesOf(down, tile.heightPx)) {
      await Promise.all(
        tilesOf(across, tile.widthPx).map(async (column) => {
          const pixels = await this.#tilePixels(level, column, row);
          pasteOverlap(part, pixels, column * tile.widthPx - across.startPx, row * tile.heightPx - down.startPx);
        }),
      );
    }
    return part;
  }

  async #tilePixels(level: SourceLevel, column: number, row: number): Promise<Pixels> {
    const key = `${level.widthPx}/${column}/${row}`;
    const cached = this.#decoded.get(key);
    if (cached) return cached;
    const decoded = await decodeSourceTile(this.#source, level, column, row);
    this.#decoded.set(key, decoded, decoded.data.length);
    return decoded;
  }

  /** Of the source, that any tile so often halved can take. */
  #mostPixels(halvings: number): number {
    const { scale, tile, places } = this.#levelFor(halvings);
    const [across, down] = scale.map((each) => (this.#tileSizePx * 2 ** halvings) / each) as [number, number];
    const columns = Math.min(places.columns, Math.ceil(across / tile.widthPx) + 1);
    const rows = Math.min(places.rows, Math.ceil(down / tile.heightPx) + 1);
    return columns * tile.widthPx * rows * tile.heightPx;
  }
}

/** Indexes of the tiles that an extent touches. */
function tilesOf({ startPx, endPx }: ReturnType<typeof extentOf>, tileSidePx: number): number[] {
  const first = Math.floor(startPx / tileSidePx);
  return Array.from({ length: Math.ceil(endPx / tileSidePx) - first }, (_, i) => first + i);
}

const isIndex = (value: number): boolean => Number.isInteger(value) && value >= 0;
