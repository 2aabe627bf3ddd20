import { PyramidError } from "../errors.ts";
import { TileDcDecoder } from "../jpeg/dc/tile-dc-decoder.ts";
import type { WrittenLevel } from "../pyramid-level.ts";
import { decodeTile } from "../reading/pixels.ts";
import { withTables } from "../tiff/jpeg-tiles.ts";

/** Of tiles whose codes can't be read here, those that libjpeg decodes at most, which takes it some 3 ms each. */
const mostSampled = 400;

/**
 * Looks whether the tiles of a level can be decoded, in a fraction of the time that decoding them would take: the codes
 * of each are read, without making pixels of them. libjpeg is no stricter: in the midst of its input it takes a code
 * that there is not for a zero, and says nothing. Of tiles that are coded in ways of their own, it decodes a sample.
 */
export class TileCheck {
  readonly #level: WrittenLevel;
  readonly #tileSizePx: number;
  readonly #longestBytes: number;
  readonly #sampleStep: number;
  /** Undefined until the first tile; null if its codes can't be read here. */
  #decoder: TileDcDecoder | null | undefined;
  #seen = 0;

  constructor(level: WrittenLevel, tileSizePx: number) {
    this.#level = level;
    this.#tileSizePx = tileSizePx;
    this.#longestBytes = level.lengths.reduce((most, length) => Math.max(most, length), 0);
    this.#sampleStep = Math.ceil(level.lengths.length / mostSampled);
  }

  /** @param stream of the tile, as it is stored. @throws PyramidError CORRUPT_IMAGE. */
  async require(stream: Uint8Array): Promise<void> {
    const size = { widthPx: this.#tileSizePx, heightPx: this.#tileSizePx };
    const tile = withTables(this.#level.jpegTables, stream);
    if (this.#decoder === undefined) this.#decoder = TileDcDecoder.of(tile, size, this.#longestBytes);
    const isSampled = this.#seen++ % this.#sampleStep === 0;
    const isReadable = this.#decoder?.check(tile) ?? null;
    if (isReadable === false) throw damaged("a code that there is not, or too few of them");
    if (isReadable === null && isSampled) {
      await decodeTile(tile).catch((cause: unknown) => Promise.reject(damaged(cause)));
    }
  }
}

const damaged = (cause: unknown): PyramidError =>
  new PyramidError("CORRUPT_IMAGE", "The image is damaged: one of its tiles can't be decoded.", { cause });
