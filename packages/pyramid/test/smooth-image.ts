import sharp, { type Sharp } from "sharp";

/** 8-bit RGB. */
export interface Raw {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const wave = (position: number, length: number): number => Math.sin((2 * Math.PI * position) / length);

/**
 * Waves that a JPEG keeps well, yet steep enough that a shift by one pixel changes the mean difference several times
 * over: short ones in brightness for the large levels, long ones for the small, slow ones in colour.
 */
export function smoothImage(width: number, height: number): Raw {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = 128 + 45 * wave(x, 70) + 40 * wave(y, 60) + 20 * wave(x, 900) + 15 * wave(y, 700);
      const at = (y * width + x) * 3;
      data[at] = light + 8 * wave(x + y, 2_000);
      data[at + 1] = light;
      data[at + 2] = light - 7 * wave(x - y, 1_500);
    }
  }
  return { data, width, height };
}

export const asSharp = ({ data, width, height }: Raw): Sharp => sharp(data, { raw: { width, height, channels: 3 } });

export async function decode(bytes: Uint8Array | string): Promise<Raw> {
  const { data, info } = await sharp(bytes).toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
