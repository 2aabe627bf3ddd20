import { PyramidError } from "../errors.ts";
import type { ByteSource } from "./byte-source.ts";

const defaultWindowBytes = 64 * 1024;

/** @throws PyramidError INVALID_PYRAMID `source` does not hold the range, or answers with fewer bytes. */
export async function readExactly(
  source: ByteSource,
  offset: number,
  length: number,
  target?: Uint8Array,
): Promise<Uint8Array> {
  if (!(offset >= 0) || !(length >= 0) || offset + length > source.sizeBytes) throw invalidPyramid("it is cut short");
  const bytes = await source.read(offset, length, target);
  if (bytes.length !== length) throw invalidPyramid("it is cut short");
  return bytes;
}

export const invalidPyramid = (reason: string, cause?: unknown): PyramidError =>
  new PyramidError("INVALID_PYRAMID", `The pyramid cannot be read: ${reason}.`, { cause });

/** Small structures of a TIFF lie close together: reading a window at a time makes one request out of many. */
export class ReadAhead {
  readonly sizeBytes: number;
  readonly #source: ByteSource;
  readonly #windowBytes: number;
  #start = 0;
  #window = new Uint8Array(0);

  constructor(source: ByteSource, windowBytes = defaultWindowBytes) {
    this.#source = source;
    this.#windowBytes = windowBytes;
    this.sizeBytes = source.sizeBytes;
  }

  async view(offset: number, length: number): Promise<DataView> {
    if (offset < this.#start || offset + length > this.#start + this.#window.length) {
      const ahead = Math.max(length, Math.min(this.#windowBytes, this.sizeBytes - offset));
      this.#window = new Uint8Array(await readExactly(this.#source, offset, ahead));
      this.#start = offset;
    }
    return new DataView(this.#window.buffer, offset - this.#start, length);
  }
}
