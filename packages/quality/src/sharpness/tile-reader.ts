import type { Pyramid } from "@tilewright/pyramid";
import { levelSize } from "./energy-task.ts";
import { JpegBlocks } from "./jpeg-blocks.ts";
import { type BlockEnergies, pixelBlocks } from "./pixel-blocks.ts";

/** Reads the energies of a level's tiles: from the codes of those that are whole JPEGs, of others from their pixels. */
export class TileReader {
  readonly #pyramid: Pyramid;
  readonly #level: number;
  readonly #whole: { readonly columns: number; readonly rows: number };
  /** Not told yet: undefined. */
  #blocks: JpegBlocks | null | undefined;

  constructor(pyramid: Pyramid, halvings: number) {
    const { widthPx, heightPx } = levelSize(pyramid, halvings);
    this.#pyramid = pyramid;
    this.#level = pyramid.levelCount - 1 - halvings;
    this.#whole = {
      columns: Math.floor(widthPx / pyramid.tileSizePx),
      rows: Math.floor(heightPx / pyramid.tileSizePx),
    };
    if (pyramid.tileFormat !== "jpeg") this.#blocks = null;
  }

  /** The tile's bytes, if its codes can be read. */
  async fetch(column: number, row: number): Promise<Uint8Array | null> {
    const isWhole = column < this.#whole.columns && row < this.#whole.rows;
    return isWhole && this.#blocks !== null ? this.#pyramid.readTile(this.#level, column, row) : null;
  }

  /**
   * What it returns is only good until the next tile is read.
   *
   * @param bytes as `fetch` found them. @throws PyramidError the tile can't be decoded.
   */
  async read(bytes: Uint8Array | null, column: number, row: number): Promise<BlockEnergies> {
    const blocks = bytes && this.#blocksOf(bytes);
    if (bytes && blocks?.read(bytes)) return blocks;
    const pixels = await this.#pyramid.readPixels(this.#level, column, row);
    if (!pixels) throw new RangeError(`level ${this.#level} has no tile ${column}, ${row}`);
    return pixelBlocks(pixels.data, pixels.widthPx, pixels.heightPx);
  }

  /** Mean step of the coefficients that details are coded in; 0 where they aren't JPEG's. */
  async detailStep(): Promise<number> {
    await this.read(await this.fetch(0, 0), 0, 0);
    return this.#blocks?.detailStep ?? 0;
  }

  #blocksOf(tile: Uint8Array): JpegBlocks | null {
    // Longer than this is no tile of sense, and is left to the decoder.
    const longestBytes = 4 * this.#pyramid.tileSizePx ** 2;
    if (this.#blocks === undefined) this.#blocks = JpegBlocks.of(tile, longestBytes);
    return this.#blocks;
  }
}
