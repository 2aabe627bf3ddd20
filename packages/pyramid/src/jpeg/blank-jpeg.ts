import type { FrameComponent, FrameHeader } from "./frame.ts";
import { marker } from "./segments.ts";

/** Of tables of its own, which must not go before those that all tiles of a page share: encoders use 0 and 1. */
const table = 3;
/** Tables of these numbers are for the coding with more of them, which is otherwise the same. */
const quantiser = 8;
const mostBits = 11;

/** A JPEG of one colour, with the components of another. */
export function blankJpeg(
  { widthPx, components }: FrameHeader,
  samples: readonly number[],
  heightPx: number,
): Uint8Array {
  const quantisers = segment(marker.dqt, [table, ...Array(64).fill(quantiser)]);
  const frame = segment(marker.sof1, [
    ...[8, heightPx >> 8, heightPx & 255, widthPx >> 8, widthPx & 255, components.length],
    ...components.flatMap((component) => [component.id, samplingByte(component), table]),
  ]);
  // Twelve sizes of a DC difference, all by codes of four bits; of AC there is the end of the block alone, by one bit.
  const dcTable = segment(marker.dht, [table, ...[0, 0, 0, 12], ...Array(12).fill(0), ...Array(12).keys()]);
  const acTable = segment(marker.dht, [0x10 | table, 1, ...Array(15).fill(0), 0]);
  const scan = segment(marker.sos, [
    components.length,
    ...components.flatMap(({ id }) => [id, (table << 4) | table]),
    ...[0, 63, 0],
  ]);
  const head = [0xff, marker.soi, ...quantisers, ...frame, ...dcTable, ...acTable, ...scan];
  return Uint8Array.from([...head, ...codedBlocks({ widthPx, heightPx, components }, samples), 0xff, marker.eoi]);
}

const samplingByte = ({ horizontalSampling, verticalSampling }: FrameComponent): number =>
  (horizontalSampling << 4) | verticalSampling;

const segment = (kind: number, bytes: readonly number[]): number[] => [
  ...[0xff, kind, (bytes.length + 2) >> 8, (bytes.length + 2) & 255],
  ...bytes,
];

function codedBlocks(
  { widthPx, heightPx, components }: Pick<FrameHeader, "widthPx" | "heightPx" | "components">,
  samples: readonly number[],
): number[] {
  const across = Math.max(...components.map(({ horizontalSampling }) => horizontalSampling));
  const down = Math.max(...components.map(({ verticalSampling }) => verticalSampling));
  const isAlone = components.length === 1;
  const [mcuWidthPx, mcuHeightPx] = isAlone ? [8, 8] : [8 * across, 8 * down];
  const mcus = Math.ceil(widthPx / mcuWidthPx) * Math.ceil(heightPx / mcuHeightPx);
  const bits = new BitWriter();
  for (let mcu = 0; mcu < mcus; mcu++) {
    for (const [i, { horizontalSampling, verticalSampling }] of components.entries()) {
      const blocks = isAlone ? 1 : horizontalSampling * verticalSampling;
      // A DC coefficient is eight times the mean of the samples from their middle; each is told from the one before.
      const dc = (((samples[i] ?? 0) - 128) * 8) / quantiser;
      for (let block = 0; block < blocks; block++) bits.putBlock(mcu === 0 && block === 0 ? dc : 0);
    }
  }
  return bits.end();
}

class BitWriter {
  readonly #bytes: number[] = [];
  #pending = 0;
  #count = 0;

  /** A block's DC coefficient as a difference, and that all of its AC coefficients are 0. */
  putBlock(difference: number): void {
    const length = Math.min(32 - Math.clz32(Math.abs(difference)), mostBits);
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
