import sharp, { type Sharp } from "sharp";

/** 8-bit RGB. */
export interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgb: Uint8Array;
}

export type Vector = readonly [number, number, number];

/** As Ruifrok and Johnston (2001) measured them. */
export const haematoxylin: Vector = [0.65, 0.704, 0.286];
export const eosin: Vector = [0.072, 0.99, 0.105];

export const glassColour: Vector = [243, 243, 242];

/** Uniform in [0, 1), the same for the same place and seed. */
export function hash(x: number, y: number, seed: number): number {
  let h = Math.imul(x, 374_761_393) ^ Math.imul(y, 668_265_263) ^ Math.imul(seed + 1, 2_246_822_519);
  h = Math.imul(h ^ (h >>> 13), 1_274_126_177);
  h = Math.imul(h ^ (h >>> 16), 2_246_822_519);
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
}

/** Smooth noise, 0 to 1, whose hills are `cellPx` apart. */
export function smoothNoise(x: number, y: number, cellPx: number, seed: number): number {
  const [column, row] = [Math.floor(x / cellPx), Math.floor(y / cellPx)];
  const [across, down] = [ease(x / cellPx - column), ease(y / cellPx - row)];
  const upper = hash(column, row, seed) * (1 - across) + hash(column + 1, row, seed) * across;
  const lower = hash(column, row + 1, seed) * (1 - across) + hash(column + 1, row + 1, seed) * across;
  return upper * (1 - down) + lower * down;
}

const ease = (t: number): number => t * t * (3 - 2 * t);

/** 0 to 1, with about as much contrast in each octave down to the pixel, as a sharp picture of tissue has. */
export function texture(x: number, y: number, seed: number): number {
  const cells = [1.5, 3, 6, 12, 24, 48, 96, 192];
  const sum = cells.reduce(
    (value, cellPx, i) => value + smoothNoise(x, y, cellPx, seed + i) * 0.85 ** (cells.length - 1 - i),
    0,
  );
  const most = cells.reduce((value, _, i) => value + 0.85 ** (cells.length - 1 - i), 0);
  return Math.min(1, Math.max(0, 0.5 + 2.6 * (sum / most - 0.5)));
}

export function picture(
  widthPx: number,
  heightPx: number,
  colourAt: (x: number, y: number) => readonly number[],
): Picture {
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let i = 0; i < widthPx * heightPx; i++) {
    const colour = colourAt(i % widthPx, Math.floor(i / widthPx));
    for (let channel = 0; channel < 3; channel++) {
      rgb[3 * i + channel] = Math.max(0, Math.min(255, Math.round(colour[channel] ?? 0)));
    }
  }
  return { widthPx, heightPx, rgb };
}

/** Light through stains, by Beer and Lambert. */
export const stained = (
  haematoxylinDensity: number,
  eosinDensity: number,
  stains = { haematoxylin, eosin },
): number[] =>
  glassColour.map(
    (full, channel) =>
      full *
      10 ** -(haematoxylinDensity * (stains.haematoxylin[channel] ?? 0) + eosinDensity * (stains.eosin[channel] ?? 0)),
  );

/** Tissue in H&E: nuclei of haematoxylin in eosin. */
export function tissueAt(x: number, y: number, stains = { haematoxylin, eosin }): number[] {
  const isNucleus = smoothNoise(x, y, 14, 90) > 0.68;
  const density = 0.12 + 1.1 * texture(x, y, 5);
  return isNucleus ? stained(density, 0.02, stains) : stained(0.02, density, stains);
}

/** Glass with a sensor's faint noise. */
export const glassAt = (x: number, y: number): number[] =>
  glassColour.map((value, channel) => value + 2 * (hash(x, y, 70 + channel) - 0.5));

/** A blur of a part, as a lens out of focus makes it. */
export async function blurred(
  source: Picture,
  sigmaPx: number,
  isBlurred: (x: number, y: number) => boolean,
): Promise<Picture> {
  const { widthPx, heightPx, rgb } = source;
  const soft = await asSharp(source).blur(sigmaPx).raw().toBuffer();
  const at = (x: number, y: number): number[] => {
    const i = (y * widthPx + x) * 3;
    const from = isBlurred(x, y) ? soft : rgb;
    return [from[i] ?? 0, from[i + 1] ?? 0, from[i + 2] ?? 0];
  };
  return picture(widthPx, heightPx, at);
}

export const asSharp = ({ rgb, widthPx, heightPx }: Picture): Sharp =>
  sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } });

/** How well two sets of places agree: what they share over what either has. */
export function intersectionOverUnion(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    if (a[i] && b[i]) both += 1;
    if (a[i] || b[i]) either += 1;
  }
  return both / either;
}
