import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Contender, contenders } from "./contenders.ts";
import { type Measured, measuredRun } from "./measured-run.ts";

export type Medians = Readonly<Record<Contender, Measured>>;

/**
 * Runs every contender in turn, `rounds` times, so that whatever else the machine does strikes them alike.
 *
 * @returns the median of each measure.
 */
export async function interleave<Name extends Contender>(
  names: readonly Name[],
  sourcePath: string,
  rounds: number,
): Promise<Record<Name, Measured>> {
  const folder = join(tmpdir(), `tilewright-bench-out-${process.pid}`);
  const runs = new Map<Name, Measured[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      await mkdir(folder);
      try {
        runs.get(name)?.push(await measuredRun(contenders[name](sourcePath, join(folder, "out"))));
      } finally {
        await rm(folder, { recursive: true });
      }
    }
    process.stderr.write(".");
  }
  return Object.fromEntries([...runs].map(([name, measured]) => [name, medians(measured)])) as Record<Name, Measured>;
}

const medians = (runs: readonly Measured[]): Measured => ({
  wallMs: median(runs.map(({ wallMs }) => wallMs)),
  cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
  peakBytes: median(runs.map(({ peakBytes }) => peakBytes)),
});

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  return (low + high) / 2;
}
