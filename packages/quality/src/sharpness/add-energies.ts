import { openFileSource, openPyramid } from "@tilewright/pyramid";
import { bandCount } from "./bands.ts";
import { type EnergyTask, levelSize, type Strip, stripsOf, sumCount } from "./energy-task.ts";
import type { BlockEnergies } from "./pixel-blocks.ts";
import { TileReader } from "./tile-reader.ts";

const blockPx = 8;
/** Fetched together, which is quicker than one by one. */
const tilesAtOnce = 16;

/**
 * Takes strips until none is left, and adds up the energies of their blocks by cell.
 *
 * @param onStrip after each, with the number of strips that all threads have done. @throws PyramidError a tile can't be
 * decoded.
 */
export async function addEnergies(task: EnergyTask, onStrip: (done: number) => void = () => {}): Promise<void> {
  const { pyramidPath, cells, counters } = task;
  const source = await openFileSource(pyramidPath);
  try {
    const pyramid = await openPyramid(source);
    const { tileSizePx, levelCount } = pyramid;
    const readers = new Map<number, TileReader>();
    const strips = stripsOf(cells, tileSizePx, levelCount);
    for (let at = Atomics.add(counters, 0, 1); at < strips.length; at = Atomics.add(counters, 0, 1)) {
      const strip = strips[at] as Strip;
      const reader = readers.get(strip.halvings) ?? new TileReader(pyramid, strip.halvings);
      readers.set(strip.halvings, reader);
      await addStrip(task, strip, reader, tileSizePx);
      onStrip(Atomics.add(counters, 1, 1) + 1);
    }
  } finally {
    // Where one thread fails, the others need not go on.
    Atomics.store(counters, 0, 2 ** 30);
    await source.close();
  }
}

async function addStrip(task: EnergyTask, strip: Strip, reader: TileReader, tileSizePx: number): Promise<void> {
  const { widthPx } = levelSize(task.cells, strip.halvings);
  const [firstRow, endRow] = [strip.topPx / tileSizePx, Math.ceil((strip.topPx + strip.heightPx) / tileSizePx)];
  const columns = Array.from({ length: Math.ceil(widthPx / tileSizePx) }, (_, column) => column);
  for (let row = firstRow; row < endRow; row++) {
    const placeOf = (column: number): Place => ({
      halvings: strip.halvings,
      leftPx: column * tileSizePx,
      topPx: row * tileSizePx,
    });
    const wanted = columns.filter((column) => isWanted(task, placeOf(column), tileSizePx));
    for (let first = 0; first < wanted.length; first += tilesAtOnce) {
      const together = wanted.slice(first, first + tilesAtOnce);
      const tiles = await Promise.all(together.map((column) => reader.fetch(column, row)));
      for (const [i, column] of together.entries()) {
        addTile(task, placeOf(column), await reader.read(tiles[i] ?? null, column, row));
      }
    }
  }
}

/** Where a tile is in its level. */
interface Place {
  readonly halvings: number;
  readonly leftPx: number;
  readonly topPx: number;
}

function isWanted({ cells, wanted }: EnergyTask, { halvings, leftPx, topPx }: Place, tileSizePx: number): boolean {
  const cellPx = cells.cellSizePx >> halvings;
  const lastRow = Math.min(cells.rows - 1, Math.floor((topPx + tileSizePx - 1) / cellPx));
  const firstColumn = Math.floor(leftPx / cellPx);
  const endColumn = Math.min(cells.columns, Math.floor((leftPx + tileSizePx - 1) / cellPx) + 1);
  for (let row = Math.floor(topPx / cellPx); row <= lastRow; row++) {
    const at = row * cells.columns;
    if (wanted.subarray(at + firstColumn, at + endColumn).includes(1)) return true;
  }
  return false;
}

function addTile({ cells, wanted, sums }: EnergyTask, place: Place, blocks: BlockEnergies): void {
  const { columns, rows, energies } = blocks;
  const cellPx = cells.cellSizePx >> place.halvings;
  const first = place.halvings * cells.columns * cells.rows;
  for (let row = 0; row < rows; row++) {
    const cellRow = Math.floor((place.topPx + row * blockPx) / cellPx) * cells.columns;
    for (let column = 0; column < columns; column++) {
      const cell = cellRow + Math.floor((place.leftPx + column * blockPx) / cellPx);
      if (wanted[cell] !== 1) continue;
      const from = (row * columns + column) * bandCount;
      const to = (first + cell) * sumCount;
      sums[to] = (sums[to] ?? 0) + (energies[from] ?? 0);
      sums[to + 1] = (sums[to + 1] ?? 0) + (energies[from + 1] ?? 0);
      sums[to + 2] = (sums[to + 2] ?? 0) + 1;
    }
  }
}
