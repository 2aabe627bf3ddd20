import { bandCount } from "./bands.ts";
import type { Cells, Size } from "./cells.ts";

/** Of a cell at a level: energies of the bands, and how many blocks they are of. */
export const sumCount = bandCount + 1;

/** Levels that are looked at: full size, and three times half of it. */
export const octaveCount = 4;

/** Work that threads do together, each taking the next strip of a level. All arrays are shared memory. */
export interface EnergyTask {
  readonly pyramidPath: string;
  readonly cells: Cells;
  /** By cell: 1 if it is to be measured. */
  readonly wanted: Uint8Array;
  /** By level, cell and sum. No two strips have a cell in common. */
  readonly sums: Float64Array;
  /** Two numbers: the next strip, and how many are done. */
  readonly counters: Int32Array;
}

/** A row of tiles of a level, or as many as a row of cells is high. */
export interface Strip {
  readonly halvings: number;
  readonly topPx: number;
  readonly heightPx: number;
}

export const levelSize = ({ widthPx, heightPx }: Size, halvings: number): Size => ({
  widthPx: Math.ceil(widthPx / 2 ** halvings),
  heightPx: Math.ceil(heightPx / 2 ** halvings),
});

/** All strips, those of the full size first: they are the most work. */
export function stripsOf(cells: Cells, tileSizePx: number, levelCount: number): Strip[] {
  return Array.from({ length: Math.min(octaveCount, levelCount) }, (_, halvings) => {
    const { heightPx } = levelSize(cells, halvings);
    const stripPx = Math.max(cells.cellSizePx >> halvings, tileSizePx);
    return Array.from({ length: Math.ceil(heightPx / stripPx) }, (_, i) => {
      const topPx = i * stripPx;
      return { halvings, topPx, heightPx: Math.min(stripPx, heightPx - topPx) };
    });
  }).flat();
}

export function energyTask(pyramidPath: string, cells: Cells, wanted: Uint8Array): EnergyTask {
  const count = cells.columns * cells.rows;
  const shared = new Uint8Array(new SharedArrayBuffer(count));
  shared.set(wanted);
  const sumBytes = octaveCount * count * sumCount * Float64Array.BYTES_PER_ELEMENT;
  return {
    pyramidPath,
    cells,
    wanted: shared,
    sums: new Float64Array(new SharedArrayBuffer(sumBytes)),
    counters: new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)),
  };
}
