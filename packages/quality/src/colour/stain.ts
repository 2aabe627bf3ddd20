import type { Colour } from "../tissue/glass.ts";
import { densityTables } from "../tissue/optical-density.ts";
import { eigenvectors, type Matrix, type Vector } from "./symmetric-eigen.ts";

/** A stain's optical density in red, green and blue, of length 1, and how far it is from the usual one. */
export interface Stain {
  readonly vector: Vector;
  readonly angleDegrees: number;
}

export interface Stains {
  readonly haematoxylin: Stain;
  readonly eosin: Stain;
}

/**
 * Source: A. Ruifrok, D. Johnston, Quantification of histochemical staining by color deconvolution, Analytical and
 * Quantitative Cytology and Histology 23 (2001) 291-299. Those that Macenko's authors publish are 9 and 30 degrees from
 * them.
 */
const usual: { readonly haematoxylin: Vector; readonly eosin: Vector } = {
  haematoxylin: [0.65, 0.704, 0.286],
  eosin: [0.072, 0.99, 0.105],
};
const leastMeanDensity = 0.15;
const outermost = 0.01;
const leastPixels = 1_000;
/** Further from the usual, or closer together, they are not those two: DAB is 48 degrees from eosin. */
const [mostAngle, leastAngleBetween] = [33, 8];

/**
 * The two stains of an H&E slide: the outermost directions, but for one pixel in a hundred, of its pixels' optical
 * densities in the plane that holds most of them. Pixels of less than 0.15 in the mean of the channels are left out, so
 * that pure eosin stays, which takes no red.
 *
 * Source: M. Macenko et al., A method for normalizing histology slides for quantitative analysis, ISBI 2009, 1107-1110.
 *
 * @param rgb pixels of tissue. @returns null where there are too few, or where these are not the colours of H&E.
 */
export function estimateStains(rgb: Uint8Array, glass: Colour): Stains | null {
  const densities = densePixels(rgb, glass);
  if (densities.length < 3 * leastPixels) return null;
  const [first, second] = eigenvectors(covariance(densities)).map(pointingOutwards);
  if (!first || !second) return null;
  const angles = new Float64Array(densities.length / 3);
  for (let i = 0; i < angles.length; i++) angles[i] = Math.atan2(dot(densities, i, second), dot(densities, i, first));
  angles.sort();
  const ends = [outermost, 1 - outermost].map((share) => {
    const angle = angles[Math.round(share * (angles.length - 1))] ?? 0;
    return unit(first.map((value, i) => value * Math.cos(angle) + (second[i] ?? 0) * Math.sin(angle)));
  });
  // Of the two, haematoxylin takes more of the red light.
  const [haematoxylin, eosin] = ends.toSorted((a, b) => b[0] - a[0]);
  if (!haematoxylin || !eosin || degreesBetween(haematoxylin, eosin) < leastAngleBetween) return null;
  const stains = {
    haematoxylin: { vector: haematoxylin, angleDegrees: degreesBetween(haematoxylin, unit(usual.haematoxylin)) },
    eosin: { vector: eosin, angleDegrees: degreesBetween(eosin, unit(usual.eosin)) },
  };
  return Object.values(stains).every(({ angleDegrees }) => angleDegrees <= mostAngle) ? stains : null;
}

/** Their densities, three numbers each. */
function densePixels(rgb: Uint8Array, glass: Colour): Float32Array {
  const [reds, greens, blues] = densityTables(glass);
  const densities = new Float32Array(rgb.length);
  let count = 0;
  for (let i = 0; i < rgb.length; i += 3) {
    const [red, green, blue] = [reds[rgb[i] ?? 0] ?? 0, greens[rgb[i + 1] ?? 0] ?? 0, blues[rgb[i + 2] ?? 0] ?? 0];
    if (red + green + blue < 3 * leastMeanDensity) continue;
    densities[count++] = red;
    densities[count++] = green;
    densities[count++] = blue;
  }
  return densities.subarray(0, count);
}

function covariance(densities: Float32Array): Matrix {
  const count = densities.length / 3;
  const mean = [0, 0, 0];
  for (const [i, value] of densities.entries()) mean[i % 3] = (mean[i % 3] ?? 0) + value / count;
  const sums = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < densities.length; i += 3) {
    for (let entry = 0; entry < 9; entry++) {
      const [row, column] = [Math.floor(entry / 3), entry % 3];
      const product =
        ((densities[i + row] ?? 0) - (mean[row] ?? 0)) * ((densities[i + column] ?? 0) - (mean[column] ?? 0));
      sums[entry] = (sums[entry] ?? 0) + product / count;
    }
  }
  return [0, 3, 6].map((row) => sums.slice(row, row + 3)) as unknown as Matrix;
}

const pointingOutwards = (vector: Vector): Vector =>
  vector[0] + vector[1] + vector[2] < 0 ? [-vector[0], -vector[1], -vector[2]] : vector;

const dot = (densities: Float32Array, pixel: number, [x, y, z]: Vector): number =>
  (densities[3 * pixel] ?? 0) * x + (densities[3 * pixel + 1] ?? 0) * y + (densities[3 * pixel + 2] ?? 0) * z;

function unit(values: readonly number[]): Vector {
  const length = Math.hypot(...values);
  return values.map((value) => value / length) as unknown as Vector;
}

export function degreesBetween(a: Vector, b: Vector): number {
  const cosine = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  return (Math.acos(Math.min(1, cosine)) * 180) / Math.PI;
}
