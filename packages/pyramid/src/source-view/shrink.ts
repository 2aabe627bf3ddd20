import { blankPixels, type Pixels } from "../reading/pixels.ts";

/**
 * The pixels of a line that one pixel of a smaller picture covers: from `first` on, each with its share of the whole.
 */
export interface Coverage {
  readonly first: number;
  readonly shares: readonly number[];
}

/** @param from,to in pixels of the line, which may end before them: its last pixel goes on. */
export function coverage(from: number, to: number, lengthPx: number): Coverage {
  const [start, end] = [Math.min(from, lengthPx - 1), Math.min(to, lengthPx)];
  const first = Math.floor(start);
  const shares = Array.from({ length: Math.ceil(end) - first }, (_, i) => {
    const x = first + i;
    return (Math.min(x + 1, end) - Math.max(x, start)) / (end - start);
  });
  return { first, shares };
}

/** The pixels that neighbours in a line cover together. */
export function extentOf(coverages: readonly Coverage[]): { startPx: number; endPx: number } {
  const [first, last] = [coverages[0], coverages.at(-1)];
  return { startPx: first?.first ?? 0, endPx: (last?.first ?? 0) + (last?.shares.length ?? 0) };
}

/** Each pixel the mean of what it covers, in a picture of which `part` holds what is covered at all. */
export function shrink(part: Pixels, columns: readonly Coverage[], rows: readonly Coverage[]): Pixels {
  const result = blankPixels({ widthPx: columns.length, heightPx: rows.length });
  const line = new Float32Array(part.data.length / part.heightPx);
  const [leftPx, topPx] = [extentOf(columns).startPx, extentOf(rows).startPx];
  for (const [y, row] of rows.entries()) {
    line.fill(0);
    for (const [i, share] of row.shares.entries()) addLine(line, part, row.first + i - topPx, share);
    for (const [x, { first, shares }] of columns.entries()) {
      putMean(result.data, (y * columns.length + x) * 3, line, first - leftPx, shares);
    }
  }
  return result;
}

function addLine(line: Float32Array, { data, widthPx }: Pixels, y: number, share: number): void {
  const start = y * widthPx * 3;
  for (let i = 0; i < line.length; i++) line[i] = (line[i] ?? 0) + share * (data[start + i] ?? 0);
}

function putMean(target: Uint8Array, at: number, line: Float32Array, first: number, shares: Coverage["shares"]): void {
  let [red, green, blue] = [0, 0, 0];
  for (let i = 0; i < shares.length; i++) {
    const share = shares[i] ?? 0;
    const from = (first + i) * 3;
    red += share * (line[from] ?? 0);
    green += share * (line[from + 1] ?? 0);
    blue += share * (line[from + 2] ?? 0);
  }
  target[at] = red + 0.5;
  target[at + 1] = green + 0.5;
  target[at + 2] = blue + 0.5;
}
