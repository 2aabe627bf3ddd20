import type { ByteSource } from "../bytes/byte-source.ts";
import { dziLevelCount, dziSize, type Grid, gridOf } from "../geometry.ts";
import type { StoredLevel } from "../pyramid-level.ts";
import { ByteCache } from "./byte-cache.ts";
import { blankPixels, cutOut, decodeTile, encodeTile, halve, type Pixels, pasteOverlap } from "./pixels.ts";
import type { PyramidIndex } from "./pyramid-index.ts";
import { readStoredTile } from "./stored-tile.ts";

const cachedTileBytes = 4 * 2 ** 20;
const cachedPixelBytes = 4 * 2 ** 20;

/**
 * Deep Zoom tiles of a pyramid. Most are stored as they are needed; the others are made on demand: those at the right
 * and bottom edges are clipped, and those of levels below the smallest stored one are halved from the level above.
 */
export class DziTiles {
  readonly #source: ByteSource;
  readonly #index: PyramidIndex;
  readonly #made = new ByteCache<Uint8Array>(cachedTileBytes);
  readonly #pixels = new ByteCache<Pixels>(cachedPixelBytes);

  constructor(source: ByteSource, index: PyramidIndex) {
    this.#source = source;
    this.#index = index;
  }

  async read(dziLevel: number, column: number, row: number): Promise<Uint8Array | null> {
    const halvings = this.#halvingsOf(dziLevel, column, row);
    if (halvings === null) return null;
    const level = this.#index.levels[halvings];
    if (level && this.#isInside(level, column, row)) return readStoredTile(this.#source, level, column, row);
    const key = `${dziLevel}/${column}/${row}`;
    const cached = this.#made.get(key);
    if (cached) return cached;
    const made = await encodeTile(await this.#tilePixels(halvings, column, row), this.#index.tileFormat);
    this.#made.set(key, made, made.length);
    return made;
  }

  async readPixels(dziLevel: number, column: number, row: number): Promise<Pixels | null> {
    const halvings = this.#halvingsOf(dziLevel, column, row);
    return halvings === null ? null : this.#tilePixels(halvings, column, row);
  }

  /** How often a level's size is half of the image's; null if there is no such tile. */
  #halvingsOf(dziLevel: number, column: number, row: number): number | null {
    const halvings = dziLevelCount(this.#index) - 1 - dziLevel;
    if (!isIndex(dziLevel) || halvings < 0) return null;
    const { columns, rows } = this.#grid(halvings);
    return isIndex(column) && isIndex(row) && column < columns && row < rows ? halvings : null;
  }

  #grid(halvings: number): Grid {
    return gridOf(dziSize(this.#index, halvings), this.#index.tileSizePx);
  }

  #isInside(level: StoredLevel, column: number, row: number): boolean {
    const { tileSizePx } = this.#index;
    return (column + 1) * tileSizePx <= level.widthPx && (row + 1) * tileSizePx <= level.heightPx;
  }

  async #tilePixels(halvings: number, column: number, row: number): Promise<Pixels> {
    const level = this.#index.levels[halvings];
    if (level) return this.#clipStored(level, halvings, column, row);
    const key = `${halvings}/${column}/${row}`;
    const cached = this.#pixels.get(key);
    if (cached) return cached;
    const made = halve(await this.#fourTiles(halvings - 1, column, row));
    this.#pixels.set(key, made, made.data.length);
    return made;
  }

  async #clipStored(level: StoredLevel, halvings: number, column: number, row: number): Promise<Pixels> {
    const { tileSizePx } = this.#index;
    // A Deep Zoom level may end one pixel after the stored one, in a column or row of tiles that isn't stored.
    const storedColumn = Math.min(column, level.columns - 1);
    const storedRow = Math.min(row, level.rows - 1);
    const pixels = await decodeTile(await readStoredTile(this.#source, level, storedColumn, storedRow));
    if (this.#isInside(level, column, row)) return pixels;
    const valid = {
      widthPx: Math.min(tileSizePx, level.widthPx - storedColumn * tileSizePx),
      heightPx: Math.min(tileSizePx, level.heightPx - storedRow * tileSizePx),
    };
    const left = (column - storedColumn) * tileSizePx;
    const top = (row - storedRow) * tileSizePx;
    return cutOut(pixels, valid, left, top, this.#tileSize(this.#grid(halvings), column, row));
  }

  /** The two by two tiles of a level that a tile of the next smaller one covers, one after another to bound memory. */
  async #fourTiles(halvings: number, column: number, row: number): Promise<Pixels> {
    const { tileSizePx } = this.#index;
    const grid = this.#grid(halvings);
    const whole = blankPixels({
      widthPx: Math.min(2 * tileSizePx, grid.widthPx - 2 * column * tileSizePx),
      heightPx: Math.min(2 * tileSizePx, grid.heightPx - 2 * row * tileSizePx),
    });
    for (let y = 0; y * tileSizePx < whole.heightPx; y++) {
      for (let x = 0; x * tileSizePx < whole.widthPx; x++) {
        pasteOverlap(
          whole,
          await this.#tilePixels(halvings, 2 * column + x, 2 * row + y),
          x * tileSizePx,
          y * tileSizePx,
        );
      }
    }
    return whole;
  }

  #tileSize(grid: Grid, column: number, row: number): { widthPx: number; heightPx: number } {
    const { tileSizePx } = this.#index;
    return {
      widthPx: Math.min(tileSizePx, grid.widthPx - column * tileSizePx),
      heightPx: Math.min(tileSizePx, grid.heightPx - row * tileSizePx),
    };
  }
}

const isIndex = (value: number): boolean => Number.isInteger(value) && value >= 0;
