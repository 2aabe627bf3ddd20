const startMarker = Buffer.from([0xff, 0xd8, 0xff]);
const endMarker = Buffer.from([0xff, 0xd9]);
/** Third marker byte of a tile: a frame header, or Adobe's segment in front of it when the tile is stored as RGB. */
const tileMarkers = [0xc0, 0xee];

/**
 * Counts the tiles in a TIFF while it grows. Between a tile's start and its end the bytes `FF D9` can't occur; outside,
 * in directories and shared tables, they can, so only what starts like a tile counts.
 */
export class JpegStreamCounter {
  count = 0;
  #insideTile = false;

  /**
   * Takes the file's next bytes, split anywhere.
   *
   * @returns how many of them it is done with. The last few may be half a marker: they must come again, in front of what
   * follows them.
   */
  push(bytes: Buffer): number {
    let position = 0;
    for (let next: number | null = 0; next !== null; ) {
      position = next;
      next = this.#insideTile ? this.#endTile(bytes, position) : this.#startTile(bytes, position);
    }
    return Math.max(position, bytes.length - (this.#insideTile ? 1 : 3));
  }

  #startTile(bytes: Buffer, from: number): number | null {
    const at = bytes.indexOf(startMarker, from);
    if (at < 0 || at + 3 >= bytes.length) return null;
    this.#insideTile = tileMarkers.includes(bytes[at + 3] ?? 0);
    return at + 3;
  }

  #endTile(bytes: Buffer, from: number): number | null {
    const at = bytes.indexOf(endMarker, from);
    if (at < 0) return null;
    this.count += 1;
    this.#insideTile = false;
    return at + endMarker.length;
  }
}
