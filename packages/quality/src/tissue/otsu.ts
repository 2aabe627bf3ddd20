/** A threshold between two kinds of values. */
export interface Threshold {
  /** The first bin that belongs to the upper kind. */
  readonly bin: number;
  /** What of the variance lies between the two kinds, 0 to 1. */
  readonly separability: number;
}

/**
 * The threshold that leaves the least variance within the two kinds that it separates.
 *
 * Source: N. Otsu, A threshold selection method from gray-level histograms, IEEE Transactions on Systems, Man, and
 * Cybernetics 9 (1979) 62-66; `separability` is the eta of its section II.
 *
 * @returns null where all values are in one bin.
 */
export function otsu(counts: ArrayLike<number>): Threshold | null {
  const bins = Array.from(counts);
  const total = bins.reduce((sum, count) => sum + count, 0);
  const mean = bins.reduce((sum, count, bin) => sum + count * bin, 0) / total;
  const variance = bins.reduce((sum, count, bin) => sum + count * (bin - mean) ** 2, 0) / total;
  if (!(variance > 0)) return null;
  let [below, belowSum, best, bestBin] = [0, 0, 0, 0];
  for (const [bin, count] of bins.entries()) {
    below += count;
    belowSum += count * bin;
    if (below === 0 || below === total) continue;
    const between = (mean * below - belowSum) ** 2 / (below * (total - below));
    if (between > best) [best, bestBin] = [between, bin + 1];
  }
  return { bin: bestBin, separability: best / variance };
}
