import { type CodeTable, endsBlock, mostPassed, passedShift, takenBits, windowBits } from "./code-table.ts";
import type { JpegScan } from "./jpeg-scan.ts";

const coefficients = 64;
/** Of samples, and to round, in eighths. */
const middle = 8 * 128 + 4;
const windowShift = 32 - windowBits;

/** Of 64 coefficients, each with a code of 16 bits and 15 that follow it. */
const longestBlockBytes = (64 * 31) / 8;

/** Units in a row, and rows of blocks in a unit. */
export function unitGrid({ widthPx, components }: JpegScan): { unitsAcross: number; rowsPerUnit: number } {
  const across = Math.max(...components.map((component) => component.across));
  return {
    unitsAcross: Math.ceil(widthPx / (8 * across)),
    rowsPerUnit: Math.max(...components.map(({ down }) => down)),
  };
}

/** Bytes that a row of units takes at most. */
export function longestRowBytes(scan: JpegScan): number {
  const blocksPerUnit = scan.components.reduce((sum, { across, down }) => sum + across * down, 0);
  return unitGrid(scan).unitsAcross * blocksPerUnit * longestBlockBytes;
}

/** The means of one component's blocks in a row of units, as samples of 0 to 255. */
export interface Plane {
  readonly samples: Uint8ClampedArray;
  readonly widthPx: number;
  readonly across: number;
  readonly down: number;
}

/** Where a unit's block is to be found, and where its mean goes. */
interface Block {
  readonly mean: CodeTable;
  readonly detail: CodeTable;
  readonly quantum: number;
  readonly component: number;
  readonly samples: Uint8ClampedArray;
  readonly offset: number;
  readonly step: number;
}

/** Reads the means of blocks, and past their detail. */
export class UnitMeans {
  readonly planes: readonly Plane[];
  /** Where the next unit begins. */
  bitAt = 0;
  readonly #view: DataView;
  readonly #blocks: readonly Block[];
  /** The last mean of each component: what is coded is the difference. */
  readonly #last: Int32Array;
  readonly #unitsAcross: number;
  readonly #restartInterval: number;

  /** @param bytes the coded blocks, and behind where a row may begin as many bytes as it takes at most. */
  constructor(scan: JpegScan, bytes: Uint8Array) {
    const { components, restartInterval } = scan;
    const { unitsAcross } = unitGrid(scan);
    this.#unitsAcross = unitsAcross;
    this.#restartInterval = restartInterval ?? Number.POSITIVE_INFINITY;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#last = new Int32Array(components.length);
    this.planes = components.map(({ across, down }) => {
      const widthPx = unitsAcross * across;
      return { samples: new Uint8ClampedArray(widthPx * down), widthPx, across, down };
    });
    this.#blocks = components.flatMap(({ across, down, mean, detail, quantum }, component) =>
      Array.from({ length: across * down }, (_, i) => {
        const { samples, widthPx } = this.planes[component] as Plane;
        const offset = Math.floor(i / across) * widthPx + (i % across);
        return { mean, detail, quantum, component, samples, offset, step: across };
      }),
    );
  }

  /** Begins with the coded blocks of another image of the same kind. */
  begin(): void {
    this.bitAt = 0;
    this.#last.fill(0);
  }

  /**
   * @param restarts places of the restart markers ahead; those that are passed are taken out.
   * @returns whether the row is coded as the tables allow.
   */
  readRow(unitRow: number, restarts: number[]): boolean {
    const unitsAcross = this.#unitsAcross;
    for (let unit = 0; unit < unitsAcross; ) {
      const done = unitRow * unitsAcross + unit;
      const sinceRestart = done % this.#restartInterval;
      if (done > 0 && sinceRestart === 0) {
        const place = restarts.shift();
        if (place === undefined || this.bitAt > 8 * place) return false;
        this.begin();
        this.bitAt = 8 * place;
      }
      const count = Math.min(unitsAcross - unit, this.#restartInterval - sinceRestart);
      if (!this.#read(unit, count)) return false;
      unit += count;
    }
    return true;
  }

  #read(first: number, count: number): boolean {
    const view = this.#view;
    const blocks = this.#blocks;
    const last = this.#last;
    let bitAt = this.bitAt;
    for (let unit = first; unit < first + count; unit++) {
      for (const { mean, detail, quantum, component, samples, offset, step } of blocks) {
        const code = mean.symbols[(view.getInt32(bitAt >> 3) << (bitAt & 7)) >>> 16] ?? 0;
        if (code === 0) return false;
        bitAt += code >> 8;
        const size = code & 15;
        const bits = ((view.getInt32(bitAt >> 3) << (bitAt & 7)) >>> 1) >>> (31 - size);
        bitAt += size;
        // Values whose first bit is 0 are negative.
        const difference = bits >= 1 << (size - 1) ? bits : bits + 1 - (1 << size);
        const value = (last[component] ?? 0) + difference;
        last[component] = value;
        samples[offset + unit * step] = (value * quantum + middle) >> 3;
        bitAt = pastDetail(view, bitAt, detail);
        if (bitAt < 0) return false;
      }
    }
    this.bitAt = bitAt;
    return true;
  }
}

/** Passes the coefficients of a block behind its mean. @returns where the block ends; negative if it is not coded as the table allows. */
export function pastDetail(view: DataView, start: number, { symbols, runs }: CodeTable): number {
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
