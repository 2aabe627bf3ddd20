import type { SampleWindow } from "../facts.ts";

/** Of the samples, at either end, as many may be outliers: hot pixels, dust, what a device writes for "too much". */
const outlierShare = 0.001;

/** What the brightest of the samples that are no outliers has to reach, as a share of what their type can hold. */
const darkShare = 1 / 4;
/** With a profile, samples are colours, and dark ones may be meant: below this, nothing could be told from black. */
const blackShare = 1 / 16;
/** Grey that takes less than this of its type's range, dark or not, is no photograph. */
const narrowShare = 1 / 16;

export type Numbers = Uint16Array | Float64Array;

/** What of an image decides whether its samples have to be stretched. */
export interface Brightness {
  readonly isGrey: boolean;
  readonly hasProfile: boolean;
}

/** All that unsigned samples of so many bits can hold. */
export const wholeWindow = (bits: number): SampleWindow => {
  const most = 2 ** bits - 1;
  return { black: 0, white: most, least: 0, most, foundBy: "type" };
};

/**
 * The window of samples that have no black and white of their own: from the least to the most that is no outlier.
 * Outliers are among the thousandth at either end, and lie farther from all the others than those lie from each other.
 *
 * @param sorted at least one of each so many samples. @param ends the least and the most of all, where they are known.
 */
export function sampleWindow(sorted: Numbers, { least, most } = ends(sorted)): SampleWindow {
  const [low, high] = bulk(sorted);
  const span = high - low;
  // Where all but a few are the same, the few are what there is to see.
  if (span === 0) return { black: least, white: most, least, most, foundBy: "extremes" };
  const black =
    low - least <= span ? least : (sorted[sorted.findIndex((sample: number) => low - sample <= span)] ?? low);
  const white =
    most - high <= span ? most : (sorted[sorted.findLastIndex((sample: number) => sample - high <= span)] ?? high);
  return { black, white, least, most, foundBy: black === least && white === most ? "extremes" : "percentiles" };
}

/** The window of unsigned samples that needn't use what their type can hold. */
export function unsignedWindow(sorted: Numbers, bits: number, image: Brightness): SampleWindow {
  const whole = wholeWindow(bits);
  if (sorted.length === 0 || usesRange(bulk(sorted), whole.most, image)) return whole;
  const { black, white, foundBy } = sampleWindow(sorted);
  return white > black ? { ...whole, black, white, foundBy } : whole;
}

/**
 * Whether a part of the samples is enough to know that all of them together use their type's range.
 *
 * @param share of all samples that these are.
 */
export function provesRange(sorted: Numbers, share: number, bits: number, image: Brightness): boolean {
  const rank = Math.floor((outlierShare * sorted.length) / share) + 1;
  const [low, high] = [sorted[rank], sorted[sorted.length - 1 - rank]];
  return low !== undefined && high !== undefined && usesRange([low, high], 2 ** bits - 1, image);
}

function usesRange([low, high]: readonly [number, number], most: number, { isGrey, hasProfile }: Brightness): boolean {
  if (hasProfile) return high >= blackShare * most;
  return high >= darkShare * most && !(isGrey && high - low < narrowShare * most);
}

/** Within it are all samples but the outliers. */
function bulk(sorted: Numbers): readonly [low: number, high: number] {
  const rank = Math.floor(outlierShare * sorted.length);
  return [sorted[rank] ?? 0, sorted[sorted.length - 1 - rank] ?? 0];
}

const ends = (sorted: Numbers) => ({ least: sorted[0] ?? 0, most: sorted.at(-1) ?? 0 });
