import type { Size } from "../../geometry.ts";
import { DcDecoder, longestRowBytes, mcuGrid } from "./dc-decoder.ts";
import { unstuff } from "./entropy-coded-bytes.ts";
import { fillRows } from "./pixel-rows.ts";
import { type JpegScan, readJpegScan } from "./scan.ts";

/** Rows of a picture. */
export interface Rows {
  readonly data: Uint8ClampedArray;
  readonly widthPx: number;
}

/** Reads tiles that begin with the same bytes, as all tiles of a picture do, at an eighth of their size. */
export class TileDcDecoder {
  /** Pixels of the tile that are coded together, across and down. */
  readonly mcu: Size;
  readonly #scan: JpegScan;
  readonly #head: Uint8Array;
  readonly #longestBytes: number;
  readonly #coded: Uint8Array;
  readonly #decoder: DcDecoder;
  readonly #rows: Uint8ClampedArray;

  /**
   * @param first one of the tiles, a JPEG of its own. @param tile the size of all of them. @param longestBytes that any
   * of them has. @param channels 3, or any number of tiles that are only checked.
   * @returns null if its blocks can't be read, or don't fill the tile.
   */
  static of(first: Uint8Array, tile: Size, longestBytes: number, channels = 3): TileDcDecoder | null {
    const scan = readJpegScan(first, [channels]);
    if (!scan || scan.widthPx !== tile.widthPx || scan.heightPx !== tile.heightPx) return null;
    const decoder = new TileDcDecoder(scan, first.slice(0, scan.headerBytes), longestBytes);
    const { widthPx, heightPx } = decoder.mcu;
    return tile.widthPx % widthPx === 0 && tile.heightPx % heightPx === 0 ? decoder : null;
  }

  private constructor(scan: JpegScan, head: Uint8Array, longestBytes: number) {
    const across = Math.max(...scan.components.map((component) => component.horizontalSampling));
    this.mcu = { widthPx: 8 * across, heightPx: 8 * mcuGrid(scan).blockRowsPerMcu };
    this.#scan = scan;
    this.#head = head;
    this.#longestBytes = longestBytes;
    this.#coded = new Uint8Array(longestBytes + longestRowBytes(scan));
    this.#decoder = new DcDecoder(scan, this.#coded);
    this.#rows = new Uint8ClampedArray((scan.widthPx / 8) * mcuGrid(scan).blockRowsPerMcu * 3);
  }

  /**
   * Puts the tile into the rows that it belongs to, as far as it reaches within them.
   *
   * @returns false if the tile begins with other bytes than the first, or is damaged.
   */
  read(tile: Uint8Array, rows: Rows, leftPx: number): boolean {
    const scan = this.#scan;
    const { blockRowsPerMcu } = mcuGrid(scan);
    const widthPx = scan.widthPx / 8;
    const within = Math.max(0, Math.min(widthPx, rows.widthPx - leftPx));
    return this.#readRows(tile, (mcuRow) => {
      fillRows(this.#rows, widthPx, blockRowsPerMcu, this.#decoder.planes, scan.isRgb);
      for (let row = 0; row < blockRowsPerMcu; row++) {
        const line = this.#rows.subarray(row * widthPx * 3, (row * widthPx + within) * 3);
        rows.data.set(line, ((mcuRow * blockRowsPerMcu + row) * rows.widthPx + leftPx) * 3);
      }
    });
  }

  /**
   * Whether all blocks of the tile are coded as its tables allow; null if it begins with other bytes than the first.
   */
  check(tile: Uint8Array): boolean | null {
    return this.#isAlike(tile) ? this.#readRows(tile, () => {}) : null;
  }

  #isAlike(tile: Uint8Array): boolean {
    const { headerBytes } = this.#scan;
    const isSame = Buffer.compare(tile.subarray(0, headerBytes), this.#head) === 0;
    return isSame && tile.length - headerBytes <= this.#longestBytes;
  }

  #readRows(tile: Uint8Array, onRow: (mcuRow: number) => void): boolean {
    if (!this.#isAlike(tile)) return false;
    const scan = this.#scan;
    const restarts: number[] = [];
    const { to: endByte } = unstuff(tile.subarray(scan.headerBytes), this.#coded, 0, restarts);
    const { blockRowsPerMcu } = mcuGrid(scan);
    this.#decoder.begin();
    for (let mcuRow = 0; mcuRow < scan.heightPx / (8 * blockRowsPerMcu); mcuRow++) {
      if (!this.#decoder.readRow(mcuRow, restarts) || this.#decoder.bitAt > 8 * endByte) return false;
      onRow(mcuRow);
    }
    return true;
  }
}
