/**
 * Viridis, 17 of its 256 colours; between them it is read straight, at most 6 of 255 beside the whole table. Its
 * lightness rises evenly, so it can be read without seeing colours. By Nathaniel Smith and Stéfan van der Walt, CC0:
 * https://github.com/matplotlib/matplotlib/blob/main/lib/matplotlib/_cm_listed.py
 */
const viridis = [
  [0x44, 0x01, 0x54],
  [0x48, 0x18, 0x6a],
  [0x47, 0x2d, 0x7b],
  [0x42, 0x40, 0x86],
  [0x3b, 0x52, 0x8b],
  [0x33, 0x63, 0x8d],
  [0x2c, 0x72, 0x8e],
  [0x26, 0x82, 0x8e],
  [0x21, 0x91, 0x8c],
  [0x1f, 0x9f, 0x88],
  [0x27, 0xad, 0x81],
  [0x3d, 0xbc, 0x74],
  [0x5c, 0xc8, 0x63],
  [0x81, 0xd3, 0x4d],
  [0xaa, 0xdc, 0x32],
  [0xd5, 0xe2, 0x1a],
  [0xfd, 0xe7, 0x25],
] as const;

export type Colour = readonly [red: number, green: number, blue: number];

/** The colour of a share of the scale; what lies beyond an end has that end's. */
export function colourAt(fraction: number): Colour {
  const place = Math.min(1, Math.max(0, fraction)) * (viridis.length - 1);
  const index = Math.min(viridis.length - 2, Math.floor(place));
  const [from = viridis[0], to = viridis[0]] = viridis.slice(index, index + 2);
  const mix = (channel: 0 | 1 | 2) => Math.round(from[channel] + (to[channel] - from[channel]) * (place - index));
  return [mix(0), mix(1), mix(2)];
}

/** The scale from left to right, for a legend. */
export const scaleGradient = (isReversed: boolean): string =>
  `linear-gradient(to right, ${(isReversed ? viridis.toReversed() : viridis).map((each) => `rgb(${each})`).join(", ")})`;
