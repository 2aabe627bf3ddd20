import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Contender, contenders } from "./contenders.ts";
import { type Measured, measuredRun } from "./measured-run.ts";

export interface Run extends Measured {
  /** Of all that the command has written. */
  readonly outputBytes: number;
}

/**
 * Runs every contender in turn, `rounds` times, so that whatever else the machine does strikes them alike.
 *
 * @param sourcePath what all of them read, or each of them.
 * @returns the median of each measure.
 */
export async function interleave<Name extends Contender>(
  names: readonly Name[],
  sourcePath: string | Readonly<Record<Name, string>>,
  rounds: number,
): Promise<Record<Name, Run>> {
  const folder = join(tmpdir(), `tilewright-bench-out-${process.pid}`);
  const runs = new Map<Name, Run[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      await mkdir(folder);
      try {
        const from = typeof sourcePath === "string" ? sourcePath : sourcePath[name];
        const measured = await measuredRun(contenders[name](from, join(folder, "out")));
        runs.get(name)?.push({ ...measured, outputBytes: await bytesIn(folder) });
      } finally {
        await rm(folder, { recursive: true });
      }
    }
    process.stderr.write(".");
  }
  return Object.fromEntries([...runs].map(([name, measured]) => [name, medians(measured)])) as Record<Name, Run>;
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const medians = (runs: readonly Run[]): Run => ({
  wallMs: median(runs.map(({ wallMs }) => wallMs)),
  cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
  peakBytes: median(runs.map(({ peakBytes }) => peakBytes)),
  outputBytes: median(runs.map(({ outputBytes }) => outputBytes)),
});

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  return (low + high) / 2;
}
