import { endsBlock, type HuffmanTable, mostPassed, passedShift, takenBits, windowBits } from "./huffman-table.ts";
import type { JpegScan } from "./scan.ts";

const coefficients = 64;
/** Of samples, and to round, in eighths. */
const middle = 8 * 128 + 4;
const windowShift = 32 - windowBits;

/** Of 64 coefficients, each with a code of 16 bits and 15 that follow it. */
const longestBlockBytes = (64 * 31) / 8;

/** MCUs in a row, and rows of blocks in an MCU. */
export function mcuGrid({ widthPx, components }: JpegScan): { mcusPerRow: number; blockRowsPerMcu: number } {
  const across = Math.max(...components.map(({ horizontalSampling }) => horizontalSampling));
  return {
    mcusPerRow: Math.ceil(widthPx / (8 * across)),
    blockRowsPerMcu: Math.max(...components.map(({ verticalSampling }) => verticalSampling)),
  };
}

/** Bytes that a row of MCUs takes at most. */
export function longestRowBytes(scan: JpegScan): number {
  const blocksPerMcu = scan.components.reduce((sum, { horizontalSampling: h, verticalSampling: v }) => sum + h * v, 0);
  return mcuGrid(scan).mcusPerRow * blocksPerMcu * longestBlockBytes;
}

/** The mean of each of one component's blocks in a row of MCUs, as samples of 0 to 255. */
export interface Plane {
  readonly samples: Uint8ClampedArray;
  readonly widthPx: number;
  readonly horizontalSampling: number;
  readonly verticalSampling: number;
}

/** How an MCU's block is coded, and where its mean goes. */
interface Block {
  readonly dcTable: HuffmanTable;
  readonly acTable: HuffmanTable;
  readonly dcQuantiser: number;
  readonly component: number;
  readonly samples: Uint8ClampedArray;
  readonly offset: number;
  readonly step: number;
}

/** Decodes the DC coefficients of blocks, and passes over the AC coefficients. */
export class DcDecoder {
  readonly planes: readonly Plane[];
  /** Where the next MCU begins. */
  bitAt = 0;
  readonly #view: DataView;
  readonly #blocks: readonly Block[];
  /** The last DC coefficient of each component: what is coded is the difference. */
  readonly #predictions: Int32Array;
  readonly #mcusPerRow: number;
  readonly #restartInterval: number;

  /** @param bytes the coded blocks, and behind where a row may begin as many bytes as it takes at most. */
  constructor(scan: JpegScan, bytes: Uint8Array) {
    const { components, restartInterval } = scan;
    const { mcusPerRow } = mcuGrid(scan);
    this.#mcusPerRow = mcusPerRow;
    this.#restartInterval = restartInterval ?? Number.POSITIVE_INFINITY;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#predictions = new Int32Array(components.length);
    this.planes = components.map(({ horizontalSampling, verticalSampling }) => {
      const widthPx = mcusPerRow * horizontalSampling;
      const samples = new Uint8ClampedArray(widthPx * verticalSampling);
      return { samples, widthPx, horizontalSampling, verticalSampling };
    });
    this.#blocks = components.flatMap(({ horizontalSampling: h, verticalSampling: v, ...coded }, component) =>
      Array.from({ length: h * v }, (_, i) => {
        const { samples, widthPx } = this.planes[component] as Plane;
        const { dcTable, acTable, dcQuantiser } = coded;
        return {
          dcTable,
          acTable,
          dcQuantiser,
          component,
          samples,
          offset: Math.floor(i / h) * widthPx + (i % h),
          step: h,
        };
      }),
    );
  }

  /** Begins with the coded blocks of another image of the same kind. */
  begin(): void {
    this.bitAt = 0;
    this.#predictions.fill(0);
  }

  /**
   * @param restarts places of the restart markers ahead; those that are passed are taken out.
   * @returns whether the row is coded as the tables allow.
   */
  readRow(mcuRow: number, restarts: number[]): boolean {
    const mcusPerRow = this.#mcusPerRow;
    for (let mcu = 0; mcu < mcusPerRow; ) {
      const done = mcuRow * mcusPerRow + mcu;
      const sinceRestart = done % this.#restartInterval;
      if (done > 0 && sinceRestart === 0) {
        const place = restarts.shift();
        if (place === undefined || this.bitAt > 8 * place) return false;
        this.begin();
        this.bitAt = 8 * place;
      }
      const count = Math.min(mcusPerRow - mcu, this.#restartInterval - sinceRestart);
      if (!this.#read(mcu, count)) return false;
      mcu += count;
    }
    return true;
  }

  #read(first: number, count: number): boolean {
    const view = this.#view;
    const blocks = this.#blocks;
    const predictions = this.#predictions;
    let bitAt = this.bitAt;
    for (let mcu = first; mcu < first + count; mcu++) {
      for (const { dcTable, acTable, dcQuantiser, component, samples, offset, step } of blocks) {
        const code = dcTable.symbols[(view.getInt32(bitAt >> 3) << (bitAt & 7)) >>> 16] ?? 0;
        if (code === 0) return false;
        bitAt += code >> 8;
        const size = code & 15;
        const bits = ((view.getInt32(bitAt >> 3) << (bitAt & 7)) >>> 1) >>> (31 - size);
        bitAt += size;
        // Values whose first bit is 0 are negative.
        const difference = bits >= 1 << (size - 1) ? bits : bits + 1 - (1 << size);
        const value = (predictions[component] ?? 0) + difference;
        predictions[component] = value;
        samples[offset + mcu * step] = (value * dcQuantiser + middle) >> 3;
        bitAt = skipAc(view, bitAt, acTable);
        if (bitAt < 0) return false;
      }
    }
    this.bitAt = bitAt;
    return true;
  }
}

/**
 * Passes the AC coefficients of a block.
 *
 * @returns where the block ends; negative if it is not coded as the table allows.
 */
export function skipAc(view: DataView, start: number, { symbols, runs }: HuffmanTable): number {
  let bitAt = start;
  let left = coefficients - 1;
  for (;;) {
    // Of these 32 bits, 25 are sure to be the next ones: two windows.
    const bits = view.getInt32(bitAt >> 3) << (bitAt & 7);
    const first = runs[bits >>> windowShift] ?? 0;
    const afterFirst = left - ((first >> passedShift) & mostPassed);
    if (first !== 0 && afterFirst > 0) {
      bitAt += first & takenBits;
      if (first >= endsBlock) return bitAt;
      left = afterFirst;
      const second = runs[(bits << (first & takenBits)) >>> windowShift] ?? 0;
      const afterSecond = left - ((second >> passedShift) & mostPassed);
      if (second !== 0 && afterSecond > 0) {
        bitAt += second & takenBits;
        if (second >= endsBlock) return bitAt;
        left = afterSecond;
        continue;
      }
    }
    // A long code, or the last of the block.
    const symbol = symbols[(view.getInt32(bitAt >> 3) << (bitAt & 7)) >>> 16] ?? 0;
    if (symbol === 0) return -1;
    const zeros = (symbol >> 4) & 15;
    const size = symbol & 15;
    bitAt += (symbol >> 8) + size;
    if (size === 0 && zeros !== 15) return bitAt;
    left -= zeros + 1;
    if (left === 0) return bitAt;
    if (left < 0) return -1;
  }
}
