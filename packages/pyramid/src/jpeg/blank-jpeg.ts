import type { JpegFrame } from "./frame.ts";

/** Of tables of its own, which must not go before those that all tiles of a page share: encoders use 0 and 1. */
const table = 3;
/** Tables of these numbers are for the coding with more of them, which is otherwise the same. */
const sof1 = 0xc1;
const quantum = 8;
const mostLength = 11;

/** A JPEG of one colour, with the components of another. */
export function blankJpeg(
  { widthPx, components }: JpegFrame,
  samples: readonly number[],
  heightPx: number,
): Uint8Array {
  const quanta = segment(0xdb, [table, ...Array(64).fill(quantum)]);
  const frame = segment(sof1, [
    ...[8, heightPx >> 8, heightPx & 255, widthPx >> 8, widthPx & 255, components.length],
    ...components.flatMap(({ name, sampling }) => [name, sampling, table]),
  ]);
  // Twelve lengths of a mean's code, all of four bits; of detail there is none, by a code of one bit.
  const means = segment(0xc4, [table, ...[0, 0, 0, 12], ...Array(12).fill(0), ...Array(12).keys()]);
  const details = segment(0xc4, [0x10 | table, 1, ...Array(15).fill(0), 0]);
  const scan = segment(0xda, [
    components.length,
    ...components.flatMap(({ name }) => [name, (table << 4) | table]),
    ...[0, 63, 0],
  ]);
  const head = [0xff, 0xd8, ...quanta, ...frame, ...means, ...details, ...scan];
  return Uint8Array.from([...head, ...codedBlocks({ widthPx, heightPx, components }, samples), 0xff, 0xd9]);
}

const segment = (marker: number, bytes: readonly number[]): number[] => [
  ...[0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 255],
  ...bytes,
];

function codedBlocks(
  { widthPx, heightPx, components }: Pick<JpegFrame, "widthPx" | "heightPx" | "components">,
  samples: readonly number[],
): number[] {
  const across = Math.max(...components.map(({ sampling }) => sampling >> 4));
  const down = Math.max(...components.map(({ sampling }) => sampling & 15));
  const isAlone = components.length === 1;
  const [unitWidthPx, unitHeightPx] = isAlone ? [8, 8] : [8 * across, 8 * down];
  const units = Math.ceil(widthPx / unitWidthPx) * Math.ceil(heightPx / unitHeightPx);
  const bits = new BitWriter();
  for (let unit = 0; unit < units; unit++) {
    for (const [i, { sampling }] of components.entries()) {
      const blocks = isAlone ? 1 : (sampling >> 4) * (sampling & 15);
      // A coded mean is eight times that of the samples from their middle, in quanta; each is told from the one before.
      const mean = (((samples[i] ?? 0) - 128) * 8) / quantum;
      for (let block = 0; block < blocks; block++) bits.putMean(unit === 0 && block === 0 ? mean : 0);
    }
  }
  return bits.end();
}

class BitWriter {
  readonly #bytes: number[] = [];
  #pending = 0;
  #count = 0;

  /** A block's mean as a difference, and that it has no detail. */
  putMean(difference: number): void {
    const length = Math.min(32 - Math.clz32(Math.abs(difference)), mostLength);
    this.#put(length, 4);
    if (length > 0) this.#put(difference > 0 ? difference : difference + 2 ** length - 1, length);
    this.#put(0, 1);
  }

  #put(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) {
      this.#pending = (this.#pending << 1) | ((value >> i) & 1);
      if (++this.#count === 8) this.#flush();
    }
  }

  #flush(): void {
    this.#bytes.push(this.#pending);
    if (this.#pending === 0xff) this.#bytes.push(0);
    [this.#pending, this.#count] = [0, 0];
  }

  end(): number[] {
    while (this.#count > 0) this.#put(1, 1);
    return this.#bytes;
  }
}
