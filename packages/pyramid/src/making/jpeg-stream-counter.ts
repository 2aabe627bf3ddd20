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
  #rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);

  /** Takes the file's next bytes, split anywhere. */
  push(chunk: Uint8Array): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : Buffer.from(chunk);
    let position = 0;
    while (position < bytes.length) {
      const next = this.#insideTile ? this.#endTile(bytes, position) : this.#startTile(bytes, position);
      if (next === null) break;
      position = next;
    }
    // A marker that is cut in two continues in the next chunk.
    this.#rest = Buffer.from(bytes.subarray(Math.max(position, bytes.length - (this.#insideTile ? 1 : 3))));
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
