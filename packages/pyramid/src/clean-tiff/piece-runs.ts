/** Bytes of the source that are copied together, and where they come to lie. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly target: number;
}

export interface CopyPlan {
  readonly runs: readonly Run[];
  /** Where each piece is in the copy. */
  readonly offsets: Float64Array;
  /** Of the copy, its header included. */
  readonly endByte: number;
}

/** Writers begin a piece at a multiple of up to this. */
const alignmentBytes = 16;

/**
 * Plans to copy pieces in the order in which they lie in the source: neighbours together, and what several of them
 * share once, so that the copy is never longer than the source.
 *
 * @param from where the copy begins.
 */
export function planCopy(offsets: Float64Array, lengths: Float64Array, from: number): CopyPlan {
  const inOrder = Array.from(offsets.keys())
    .filter((i) => (lengths[i] ?? 0) > 0)
    .sort((a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0));
  const targets = new Float64Array(offsets.length);
  const runs: Run[] = [];
  let run: { from: number; to: number; target: number } | undefined;
  for (const i of inOrder) {
    const start = offsets[i] ?? 0;
    const end = start + (lengths[i] ?? 0);
    if (!run || start > run.to + alignmentBytes) {
      const target: number = run ? align(run.target + run.to - run.from) : from;
      run = { from: start, to: end, target };
      runs.push(run);
    }
    run.to = Math.max(run.to, end);
    targets[i] = run.target + start - run.from;
  }
  return { runs, offsets: targets, endByte: run ? align(run.target + run.to - run.from) : from };
}

const align = (position: number): number => Math.ceil(position / 8) * 8;
