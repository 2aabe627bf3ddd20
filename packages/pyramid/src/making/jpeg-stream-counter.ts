import type { PyramidSettings } from "../limits.ts";

/**
 * Counts the tiles in a TIFF while it grows, by how they begin. A dozen bytes are looked for rather than a marker of
 * two: the search may leap that far at a time, and what is compressed or a directory never looks like that.
 */
export class JpegStreamCounter {
  count = 0;
  readonly #start: Buffer;

  constructor(settings: PyramidSettings) {
    this.#start = startOfTile(settings);
  }

  /**
   * Takes the file's next bytes, split anywhere.
   *
   * @returns how many of them it is done with. The last few may be half a start: they must come again, in front of what
   * follows them.
   */
  push(bytes: Buffer): number {
    let position = 0;
    for (let at = bytes.indexOf(this.#start); at >= 0; at = bytes.indexOf(this.#start, position)) {
      this.count += 1;
      position = at + this.#start.length;
    }
    return Math.max(position, bytes.length - this.#start.length + 1);
  }
}

/** Start of image, then a frame header of the tile's size; or Adobe's segment, where pixels are stored as RGB. */
function startOfTile({ tileSizePx, quality }: PyramidSettings): Buffer {
  if (quality >= 90) return Buffer.from("\xff\xd8\xff\xee\x00\x0eAdobe", "latin1");
  const side = tileSizePx >> 8;
  return Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, side, 0, side, 0, 3]);
}
