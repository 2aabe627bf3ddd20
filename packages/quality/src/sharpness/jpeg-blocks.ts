import {
  type HuffmanTable,
  type JpegScan,
  longestRowBytes,
  mcuGrid,
  readJpegScan,
  type ScanComponent,
  skipAc,
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
  readonly dcTable: HuffmanTable;
  readonly acTable: HuffmanTable;
  /** Of the AC coefficients; null for a block of no interest. */
  readonly codes: Int32Array | null;
  /** Where the first MCU's goes in a row of MCUs, in blocks. */
  readonly offset: number;
  readonly step: number;
}

/**
 * Energy of the bands of each block of the luma (in a JPEG of RGB, of green), read from the codes of a JPEG: the
 * squares of its coefficients are that already, so no pixel is made of them.
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
  readonly #luma: ScanComponent;

  /**
   * @param first one of the tiles, a JPEG of its own: the others begin with the same bytes.
   * @returns null if its blocks can't be read like this.
   */
  static of(first: Uint8Array, longestBytes: number): JpegBlocks | null {
    const scan = readJpegScan(first);
    if (!scan || scan.restartInterval !== null) return null;
    const { components, isRgb, widthPx, heightPx } = scan;
    const luma = components[isRgb && components.length === 3 ? 1 : 0] as ScanComponent;
    const { mcusPerRow, blockRowsPerMcu } = mcuGrid(scan);
    // Of a luma that is coarser than another component, blocks would not be 8 pixels wide.
    const isWhole =
      mcusPerRow * luma.horizontalSampling * 8 === widthPx &&
      luma.verticalSampling === blockRowsPerMcu &&
      heightPx % (8 * blockRowsPerMcu) === 0;
    if (!isWhole) return null;
    return new JpegBlocks(scan, luma, first.slice(0, scan.headerBytes), longestBytes);
  }

  private constructor(scan: JpegScan, luma: ScanComponent, head: Uint8Array, longestBytes: number) {
    this.columns = scan.widthPx / 8;
    this.rows = scan.heightPx / 8;
    this.energies = new Float64Array(this.columns * this.rows * bandCount);
    this.#scan = scan;
    this.#head = head;
    this.#longestBytes = longestBytes;
    this.#coded = new Uint8Array(longestBytes + longestRowBytes(scan));
    this.#view = new DataView(this.#coded.buffer);
    this.#luma = luma;
    // An orthonormal transform of 8 x 8: the mean of a coefficient's square over 64 is what it adds to the variance.
    this.#weights = Float64Array.from(luma.quantisers, (step, k) => (step * step * (isCounted[k] ?? 0)) / coefficients);
    this.detailStep = meanDetailStep(luma);
    const codes = detailCodes(luma.acTable.symbols);
    this.#blocks = scan.components.flatMap((component) => {
      const { dcTable, acTable, horizontalSampling: h, verticalSampling: v } = component;
      return Array.from({ length: h * v }, (_, i) => {
        const offset = Math.floor(i / h) * this.columns + (i % h);
        return { dcTable, acTable, codes: component === luma ? codes : null, offset, step: h };
      });
    });
  }

  /** Fills `energies`. @returns false if the tile begins with other bytes than the first, or is damaged. */
  read(tile: Uint8Array): boolean {
    const { headerBytes } = this.#scan;
    const isAlike = Buffer.compare(tile.subarray(0, headerBytes), this.#head) === 0;
    if (!isAlike || tile.length - headerBytes > this.#longestBytes) return false;
    const { to: endByte } = unstuff(tile.subarray(headerBytes), this.#coded, 0, []);
    const { horizontalSampling, verticalSampling } = this.#luma;
    const mcusPerRow = this.columns / horizontalSampling;
    let bitAt = 0;
    for (let row = 0; row < this.rows && bitAt >= 0; row += verticalSampling) {
      for (let mcu = 0; mcu < mcusPerRow && bitAt >= 0; mcu++) bitAt = this.#readMcu(bitAt, row, mcu);
      if (bitAt > 8 * endByte) return false;
    }
    return bitAt >= 0;
  }

  #readMcu(start: number, row: number, mcu: number): number {
    const view = this.#view;
    let bitAt = start;
    for (const { dcTable, acTable, codes, offset, step } of this.#blocks) {
      const code = dcTable.symbols[(view.getInt32(bitAt >> 3) << (bitAt & 7)) >>> 16] ?? 0;
      if (code === 0) return -1;
      bitAt += (code >> 8) + (code & 15);
      bitAt = codes
        ? this.#readAc(bitAt, codes, acTable.symbols, (row * this.columns + offset + mcu * step) * bandCount)
        : skipAc(view, bitAt, acTable);
      if (bitAt < 0) return -1;
    }
    return bitAt;
  }

  /** @returns where the block ends; negative if it is not coded as the table allows. */
  #readAc(start: number, codes: Int32Array, symbols: Uint16Array, at: number): number {
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

function meanDetailStep({ quantisers }: ScanComponent): number {
  const steps = quantisers.filter((_, k) => isCounted[k] === 1 && bandOfCode[k] === bands.detail);
  return steps.reduce((sum, step) => sum + step, 0) / bandSizes.detail;
}
