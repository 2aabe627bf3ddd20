import type { Plane } from "./dc-decoder.ts";

/**
 * Fills rows of pixels from planes, some of which may have fewer samples than pixels, as JPEG keeps its colours. Of
 * three planes, unless they are red, green and blue, the first is luma and the others are its differences to blue and
 * red.
 */
export function fillRows(
  pixels: Uint8ClampedArray,
  widthPx: number,
  rowCount: number,
  planes: readonly Plane[],
  isRgb: boolean,
): void {
  const most = Math.max(...planes.map((plane) => plane.horizontalSampling));
  const channels = planes.length;
  for (const [channel, { samples, widthPx: samplesAcross, horizontalSampling, verticalSampling }] of planes.entries()) {
    for (let row = 0; row < rowCount; row++) {
      const start = Math.floor((row * verticalSampling) / rowCount) * samplesAcross;
      let at = row * widthPx * channels + channel;
      for (let column = 0; column < widthPx; column++, at += channels) {
        pixels[at] = samples[start + Math.floor((column * horizontalSampling) / most)] ?? 0;
      }
    }
  }
  if (channels === 3 && !isRgb) toRgb(pixels);
}

/** By JFIF's numbers, in place. */
function toRgb(pixels: Uint8ClampedArray): void {
  for (let at = 0; at + 2 < pixels.length; at += 3) {
    const luma = pixels[at] ?? 0;
    const blue = (pixels[at + 1] ?? 0) - 128;
    const red = (pixels[at + 2] ?? 0) - 128;
    pixels[at] = luma + 1.402 * red;
    pixels[at + 1] = luma - 0.344_136 * blue - 0.714_136 * red;
    pixels[at + 2] = luma + 1.772 * blue;
  }
}
