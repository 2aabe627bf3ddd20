import {
  type CodeTable,
  type Component,
  type JpegScan,
  longestRowBytes,
  pastDetail,
  readJpegScan,
  unitGrid,
  unstuff,
} from "@tilewright/pyramid";
import { bandCount, bandOfCode, bandSizes, bands, isCounted } from "./bands.ts";
import {
  detailCodes,
  magnitudeOf,
  magnitudeShift,
  takenMask,
  windowBits,
  zerosMask,
  zerosShift,
} from "./detail-codes.ts";

const coefficients = 64;

interface Block {
  readonly mean: CodeTable;
  readonly detail: CodeTable;
  /** Null for a block of no interest. */
  readonly codes: Int32Array | null;
  /** Where the first unit's goes in a row of units, in blocks. */
  readonly offset: number;
  readonly step: number;
}

/**
 * Energy of the bands of each block of the luma (in a JPEG of RGB, of green), read from the codes of a JPEG: the squares of
 * its coefficients are that already, so no pixel is made of them.
 */
export class JpegBlocks {
  readonly columns: number;
  readonly rows: number;
  /** By block, row by row, and in each by band: what it adds to the variance of the block's samples. */
  readonly energies: Float64Array;
  /** Mean step that coefficients of the details are coded in. */
  readonly detailStep: number;
  readonly #scan: JpegScan;
  readonly #head: Uint8Array;
  readonly #longestBytes: number;
  readonly #coded: Uint8Array;
  readonly #view: DataView;
  readonly #blocks: readonly Block[];
  readonly #weights: Float64Array;
  readonly #unit: { readonly across: number; readonly down: number };

  /**
   * @param first one of the tiles, a JPEG of its own: the others begin with the same bytes.
   * @returns null if its blocks can't be read like this.
   */
  static of(first: Uint8Array, longestBytes: number): JpegBlocks | null {
    const scan = readJpegScan(first);
    if (!scan || scan.restartInterval !== null) return null;
    const luma = scan.components[scan.isRgb ? 1 : 0] as Component;
    const { rowsPerUnit } = unitGrid(scan);
    const across = Math.max(...scan.components.map((component) => component.across));
    // Of a luma that is coarser than another component, blocks would not be 8 pixels wide.
    if (luma.across !== across || luma.down !== rowsPerUnit) return null;
    if (scan.widthPx % (8 * across) !== 0 || scan.heightPx % (8 * rowsPerUnit) !== 0) return null;
    return new JpegBlocks(scan, luma, first.slice(0, scan.headerBytes), longestBytes);
  }

  private constructor(scan: JpegScan, luma: Component, head: Uint8Array, longestBytes: number) {
    this.columns = scan.widthPx / 8;
    this.rows = scan.heightPx / 8;
    this.energies = new Float64Array(this.columns * this.rows * bandCount);
    this.#scan = scan;
    this.#head = head;
    this.#longestBytes = longestBytes;
    this.#coded = new Uint8Array(longestBytes + longestRowBytes(scan));
    this.#view = new DataView(this.#coded.buffer);
    this.#unit = luma;
    // An orthonormal transform of 8 x 8: the mean of a coefficient's square over 64 is what it adds to the variance.
    this.#weights = Float64Array.from(luma.quanta, (step, k) => (step * step * (isCounted[k] ?? 0)) / coefficients);
    this.detailStep = meanDetailStep(luma);
    const codes = detailCodes(luma.detail.symbols);
    this.#blocks = scan.components.flatMap((component) =>
      Array.from({ length: component.across * component.down }, (_, i) => ({
        mean: component.mean,
        detail: component.detail,
        codes: component === luma ? codes : null,
        offset: Math.floor(i / component.across) * this.columns + (i % component.across),
        step: component.across,
      })),
    );
  }

  /** Fills `energies`. @returns false if the tile begins with other bytes than the first, or is damaged. */
  read(tile: Uint8Array): boolean {
    const { headerBytes } = this.#scan;
    const isAlike = Buffer.compare(tile.subarray(0, headerBytes), this.#head) === 0;
    if (!isAlike || tile.length - headerBytes > this.#longestBytes) return false;
    const { to: endByte } = unstuff(tile.subarray(headerBytes), this.#coded, 0, []);
    const { across, down } = this.#unit;
    const unitsAcross = this.columns / across;
    let bitAt = 0;
    for (let row = 0; row < this.rows && bitAt >= 0; row += down) {
      for (let unit = 0; unit < unitsAcross && bitAt >= 0; unit++) bitAt = this.#readUnit(bitAt, row, unit);
      if (bitAt > 8 * endByte) return false;
    }
    return bitAt >= 0;
  }

  #readUnit(start: number, row: number, unit: number): number {
    const view = this.#view;
    let bitAt = start;
    for (const { mean, detail, codes, offset, step } of this.#blocks) {
      const code = mean.symbols[(view.getInt32(bitAt >> 3) << (bitAt & 7)) >>> 16] ?? 0;
      if (code === 0) return -1;
      bitAt += (code >> 8) + (code & 15);
      bitAt = codes
        ? this.#readDetail(bitAt, codes, detail.symbols, (row * this.columns + offset + unit * step) * bandCount)
        : pastDetail(view, bitAt, detail);
      if (bitAt < 0) return -1;
    }
    return bitAt;
  }

  /** @returns where the block ends; negative if it is not coded as the table allows. */
  #readDetail(start: number, codes: Int32Array, symbols: Uint16Array, at: number): number {
    const view = this.#view;
    const weights = this.#weights;
    let bitAt = start;
    let [detail, noise] = [0, 0];
    for (let k = 1; k < coefficients; k++) {
      // Of these 32 bits, 25 are sure to be the next ones.
      const code = codes[(view.getInt32(bitAt >> 3) << (bitAt & 7)) >>> (32 - windowBits)] ?? 0;
      let zeros = (code >> zerosShift) & zerosMask;
      let magnitude = code >> magnitudeShift;
      if (code !== 0) {
        bitAt += code & takenMask;
      } else {
        const symbol = symbols[(view.getInt32(bitAt >> 3) << (bitAt & 7)) >>> 16] ?? 0;
        if (symbol === 0) return -1;
        const size = symbol & 15;
        bitAt += symbol >> 8;
        zeros = (symbol >> 4) & zerosMask;
        magnitude = magnitudeOf(((view.getInt32(bitAt >> 3) << (bitAt & 7)) >>> 1) >>> (31 - size), size);
        bitAt += size;
      }
      k += zeros;
      if (magnitude === 0) {
        if (zeros !== 15) break;
        continue;
      }
      if (k >= coefficients) return -1;
      const energy = magnitude * magnitude * (weights[k] ?? 0);
      if (bandOfCode[k] === bands.noise) noise += energy;
      else detail += energy;
    }
    this.energies[at + bands.detail] = detail;
    this.energies[at + bands.noise] = noise;
    return bitAt;
  }
}

function meanDetailStep({ quanta }: Component): number {
  const steps = quanta.filter((_, k) => isCounted[k] === 1 && bandOfCode[k] === bands.detail);
  return steps.reduce((sum, step) => sum + step, 0) / bandSizes.detail;
}
