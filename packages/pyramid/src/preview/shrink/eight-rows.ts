type Eight<T> = readonly [T, T, T, T, T, T, T, T];

/** Two bytes of a word of four, each with room for the sum of eight such. */
const twoBytes = 0x00ff_00ff;

/** Eight rows of pixels, 8 bits to a sample, and the means of their blocks of 8 x 8. */
export class EightRows {
  /** To be filled, from top to bottom. */
  readonly rows: readonly Uint8Array[];
  readonly #rowBytes: number;
  readonly #channels: number;
  /** The same bytes, and behind each row the columns that its last block lacks. */
  readonly #padded: readonly Uint8Array[];
  readonly #words: Eight<Int32Array>;
  /** Sums of bytes 0 and 2 of each word of the rows, and of its bytes 1 and 3. */
  readonly #even: Int32Array;
  readonly #odd: Int32Array;
  /** Of each column of samples. */
  readonly #sums: Uint16Array;

  constructor(widthPx: number, channels: number) {
    this.#rowBytes = widthPx * channels;
    this.#channels = channels;
    const paddedBytes = 8 * Math.ceil(widthPx / 8) * channels;
    const words = (): Int32Array => new Int32Array(paddedBytes / 4);
    this.#words = [words(), words(), words(), words(), words(), words(), words(), words()];
    this.#padded = this.#words.map(({ buffer }) => new Uint8Array(buffer));
    this.rows = this.#padded.map((row) => row.subarray(0, this.#rowBytes));
    this.#even = words();
    this.#odd = words();
    this.#sums = new Uint16Array(paddedBytes);
  }

  /** @param target of as many pixels as blocks are wanted, from the left. */
  means(target: Uint8Array): void {
    for (const row of this.#padded) {
      for (let at = this.#rowBytes; at < row.length; at++) row[at] = row[at - this.#channels] ?? 0;
    }
    this.#sumColumns();
    const [sums, channels] = [this.#sums, this.#channels];
    for (let channel = 0; channel < channels; channel++) {
      let at = channel;
      for (let pixel = channel; pixel < target.length; pixel += channels) {
        let sum = 32;
        for (let column = 0; column < 8; column++, at += channels) sum += sums[at] ?? 0;
        target[pixel] = sum >> 6;
      }
    }
  }

  /** Two bytes at a time, and all rows at once: a third of the time that one by one takes. */
  #sumColumns(): void {
    const [even, odd, sums] = [this.#even, this.#odd, this.#sums];
    const [a, b, c, d, e, f, g, h] = this.#words;
    for (let at = 0; at < even.length; at++) {
      const i = a[at] ?? 0;
      const j = b[at] ?? 0;
      const k = c[at] ?? 0;
      const l = d[at] ?? 0;
      const m = e[at] ?? 0;
      const n = f[at] ?? 0;
      const o = g[at] ?? 0;
      const p = h[at] ?? 0;
      even[at] = sumOfTwoBytes(i, j, k, l) + sumOfTwoBytes(m, n, o, p);
      odd[at] = sumOfTwoBytes(i >>> 8, j >>> 8, k >>> 8, l >>> 8) + sumOfTwoBytes(m >>> 8, n >>> 8, o >>> 8, p >>> 8);
    }
    const [evenSums, oddSums] = [new Uint16Array(even.buffer), new Uint16Array(odd.buffer)];
    for (let at = 0; at < evenSums.length; at++) {
      sums[2 * at] = evenSums[at] ?? 0;
      sums[2 * at + 1] = oddSums[at] ?? 0;
    }
  }
}

const sumOfTwoBytes = (a: number, b: number, c: number, d: number): number =>
  (a & twoBytes) + (b & twoBytes) + (c & twoBytes) + (d & twoBytes);
