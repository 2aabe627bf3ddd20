import { readFile } from "node:fs/promises";
import { PyramidError, type PyramidSettings, writePyramid } from "@tilewright/pyramid";

export interface DecoderMemory {
  /** Before work begins, from the header. */
  readonly estimatedBytes: number;
  /** Peak of what counts towards `memoryBytes`: private memory of the decoder and what it starts. */
  readonly peakBytes: number;
  /** Peak of the resident memory of the same processes, pages that are shared divided among those who share them. */
  readonly peakPssBytes: number;
}

const sampleMs = 20;
/** Enough to read any header, and not to tile anything. */
const headerBytes = 40 * 2 ** 20;
const endlessBytes = 2 ** 40;

/** Tiles an image without a limit of memory. */
export async function decoderMemory(
  sourcePath: string,
  targetPath: string,
  settings: Partial<PyramidSettings>,
): Promise<DecoderMemory> {
  const tile = (memoryBytes: number) => writePyramid(sourcePath, targetPath, { settings, limits: { memoryBytes } });
  const estimatedBytes = needed(await tile(headerBytes).catch((error: unknown) => error));
  let [peakBytes, peakPssBytes] = [0, 0];
  let sampling = Promise.resolve();
  const timer = setInterval(() => {
    sampling = sampling.then(async () => {
      const tree = await descendants(process.pid);
      const sizes = await Promise.all(tree.map(sizesOf));
      peakBytes = Math.max(peakBytes, total(sizes.map(({ privateBytes }) => privateBytes)));
      peakPssBytes = Math.max(peakPssBytes, total(sizes.map(({ pssBytes }) => pssBytes)));
    });
  }, sampleMs);
  await tile(endlessBytes).finally(() => clearInterval(timer));
  await sampling;
  return { estimatedBytes, peakBytes, peakPssBytes };
}

/** A refusal says how much would be enough. */
function needed(refused: unknown): number {
  if (refused instanceof PyramidError && refused.neededBytes !== null) return refused.neededBytes;
  throw refused;
}

async function descendants(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const children = text.split(" ").filter(Boolean).map(Number);
  return [...children, ...(await Promise.all(children.map(descendants))).flat()];
}

async function sizesOf(pid: number): Promise<{ privateBytes: number; pssBytes: number }> {
  const [status, rollup] = await Promise.all(
    ["status", "smaps_rollup"].map((name) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "")),
  );
  return {
    privateBytes: kibibytes(status, /^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm) * 1_024,
    pssBytes: kibibytes(rollup, /^Pss:\s+(\d+) kB$/gm) * 1_024,
  };
}

const kibibytes = (text = "", line: RegExp): number =>
  total([...text.matchAll(line)].map(([, value]) => Number(value)));

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
