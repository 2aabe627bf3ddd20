import type { SampleWindow } from "../facts.ts";
import { labScale, labToSrgb } from "./lab.ts";
import type { PixelRows } from "./pixel-rows.ts";
import type { SampleTiff } from "./sample-tiff.ts";

/** Writes what is seen of a row's first pixels, in 8 bits: a byte for each of their colours. */
export type RenderRow = (rows: PixelRows, widthPx: number, target: Uint8ClampedArray, at: number) => void;

/** What shines through where pixels are transparent or missing. */
export const background = 255;

/** @param window null for colours that are what they are. */
export function rowRenderer(tiff: SampleTiff, window: SampleWindow | null): RenderRow {
  const render = tiff.lab && tiff.colours === 3 ? labRenderer(tiff) : windowedRenderer(tiff, window);
  return (rows, widthPx, target, at) => {
    render(rows, widthPx, target, at);
    if (rows.opacity) blend(rows.opacity, widthPx, tiff.colours, target, at);
  };
}

function blend(opacity: Float64Array, widthPx: number, channels: number, target: Uint8ClampedArray, at: number): void {
  for (let i = 0; i < widthPx * channels; i++) {
    const share = opacity[Math.floor(i / channels)] ?? 1;
    // What is missing is background already, whatever its opacity.
    target[at + i] = background - (background - (target[at + i] ?? 0)) * share;
  }
}

function windowedRenderer(
  { bits, lab, whiteIsLeast, colours: channels }: SampleTiff,
  window: SampleWindow | null,
): RenderRow {
  const { black, white } = window ?? { black: 0, white: 2 ** bits - 1 };
  const [darkest, lightest] = whiteIsLeast && !lab ? [white, black] : [black, white];
  // Where all samples are the same, nothing says how bright they are meant.
  const scale = white > black ? 255 / (lightest - darkest) : 0;
  return ({ colours }, widthPx, target, at) => {
    for (let pixel = 0; pixel < widthPx * channels; pixel += channels) {
      const isMissing = Number.isNaN(colours[pixel]);
      for (let i = pixel; i < pixel + channels; i++) {
        target[at + i] = isMissing ? background : ((colours[i] ?? 0) - darkest) * scale;
      }
    }
  };
}

function labRenderer({ lab, samples, bits }: SampleTiff): RenderRow {
  const { light, colour, neutral } = labScale(lab ?? "cie", samples, bits);
  // All are marked as unsigned, though the colours of the kind of TIFF itself have a sign.
  const isSigned = lab === "cie" && samples === "unsigned";
  const [half, size] = [2 ** (bits - 1), 2 ** bits];
  const signed = (value = 0): number => (isSigned && value >= half ? value - size : value);
  return ({ colours }, widthPx, target, at) => {
    for (let i = 0; i < widthPx * 3; i += 3) {
      const [lightness, a, b] = [colours[i] ?? 0, signed(colours[i + 1]), signed(colours[i + 2])];
      if (Number.isNaN(lightness)) target.fill(background, at + i, at + i + 3);
      else labToSrgb(lightness * light, a * colour - neutral, b * colour - neutral, target, at + i);
    }
  };
}
