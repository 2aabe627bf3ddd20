import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Pyramid } from "@tilewright/pyramid";
import { addEnergies } from "./add-energies.ts";
import { bandSizes } from "./bands.ts";
import type { Cells } from "./cells.ts";
import { type EnergyTask, energyTask, octaveCount, stripsOf, sumCount } from "./energy-task.ts";
import { TileReader } from "./tile-reader.ts";

/** Root mean square in grey levels that details have at least where there is something to be sharp or blurred. */
const leastContrast = 1.5;
/**
 * Of each of the details' coefficients. Below half a step each is lost when a tile is compressed; with details that are
 * a third of a step in the mean, sharpness was measured to be as it is without compression.
 */
const lostSteps = 1 / 3;
const mostThreads = 4;
/** Below, another thread takes longer to start than it spares. */
const leastPixelsPerThread = 2 ** 23;

/**
 * How sharp each cell is: the contrast of its finest details against that of the same cell at a half, a quarter and an
 * eighth of the size, as the factor per halving, from the step that loses most. In a sharp picture, contrast hardly
 * falls from one octave to the next finer one (0.7 to 0.9 on slides and photographs); a blur takes the finest octaves
 * first, whatever is seen. Being a ratio, it changes neither with the contrast of the stain nor, measured, with the
 * quality of JPEG.
 *
 * Contrast is the energy of DCT coefficients with a higher frequency of 2 to 4 of 8 (after the DCT energy measures in
 * Pertuz, Puig, Garcia: Analysis of focus measure operators for shape-from-focus, 2013), less what the finest
 * coefficients say of noise. They are read from the codes of JPEG tiles without making pixels. See ADR 98.
 *
 * @param wanted by cell: 1 if it is to be measured.
 * @returns by cell, 0 to 1; NaN where it was not measured, or where there is no structure that could be sharp.
 */
export async function measureSharpness(
  pyramid: Pyramid,
  pyramidPath: string,
  cells: Cells,
  wanted: Uint8Array,
  onProgress: (fraction: number) => void,
): Promise<Float64Array> {
  const values = new Float64Array(wanted.length).fill(Number.NaN);
  if (!wanted.includes(1)) return values;
  const task = energyTask(pyramidPath, cells, wanted);
  const stripCount = stripsOf(cells, pyramid.tileSizePx, pyramid.levelCount).length;
  await inThreads(task, threadCount(cells, wanted), (done) => onProgress(done / stripCount));
  const lostContrast = lostSteps * (await new TileReader(pyramid, 0).detailStep()) * Math.sqrt(bandSizes.detail / 64);
  const floor = Math.max(leastContrast, lostContrast);
  for (const cell of wanted.keys()) values[cell] = sharpnessOf(contrastsOf(task, cell), floor);
  return values;
}

interface Contrasts {
  /** Of each octave, the finest first; null where the cell has no block of it. */
  readonly octaves: readonly (number | null)[];
  /**
   * Of the noise at full size; it halves with each octave, as the mean of four pixels has a quarter of its variance.
   */
  readonly noise: number;
}

function contrastsOf({ sums, wanted }: EnergyTask, cell: number): Contrasts {
  const means = Array.from({ length: octaveCount }, (_, octave) => {
    const at = (octave * wanted.length + cell) * sumCount;
    const [detail = 0, finest = 0, blocks = 0] = sums.subarray(at, at + sumCount);
    return blocks === 0 ? null : { detail: detail / blocks, finest: finest / blocks };
  });
  const noise = ((means[0]?.finest ?? 0) * bandSizes.detail) / bandSizes.noise;
  const octaves = means.map((mean, octave) => mean && Math.sqrt(Math.max(0, mean.detail - noise / 4 ** octave)));
  return { octaves, noise: Math.sqrt(noise) };
}

function sharpnessOf({ octaves, noise }: Contrasts, floor: number): number {
  const [finest, ...coarser] = octaves;
  const [half, quarter, eighth] = coarser;
  const least = Math.max(floor, noise / 4);
  // A strip of a cell at the image's edge may have no block at a quarter of the size.
  const isStructured = (quarter ?? half ?? 0) >= least || (eighth ?? 0) >= least;
  if (finest === null || finest === undefined || !isStructured) return Number.NaN;
  const factors = coarser.map((contrast, i) => (contrast ? (finest / contrast) ** (1 / (i + 1)) : 1));
  return Math.min(1, ...factors);
}

function threadCount({ cellSizePx }: Cells, wanted: Uint8Array): number {
  const pixels = wanted.reduce((sum, isWanted) => sum + isWanted, 0) * cellSizePx ** 2;
  return Math.max(1, Math.min(availableParallelism(), mostThreads, Math.floor(pixels / leastPixelsPerThread)));
}

async function inThreads(task: EnergyTask, count: number, onStrip: (done: number) => void): Promise<void> {
  const others = Array.from({ length: count - 1 }, () => inThread(task, onStrip));
  await Promise.all([addEnergies(task, onStrip), ...others]);
}

function inThread(task: EnergyTask, onStrip: (done: number) => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  new Worker(new URL("./energy-thread.ts", import.meta.url), { workerData: task })
    .on("message", onStrip)
    .once("error", reject)
    .once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error("A thread ended before its strips were done.")),
    );
  return promise;
}
