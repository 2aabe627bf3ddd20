import sharp, { type Sharp } from "sharp";

const sidePx = 1_024;
const octaveCount = 9;
const seed = 77;

/**
 * A picture with the statistics of a photograph: as in nature, its contrast falls with the fineness of detail, objects
 * with sharp edges cover one another, and a sensor's faint grain lies over all.
 */
export async function inventedPhoto(): Promise<Sharp> {
  const channels = [0, 1, 2].map((channel) => texture(seed + channel * 101));
  const forms = texture(seed + 7);
  const grain = generator(seed);
  const pixels = Buffer.alloc(sidePx * sidePx * 3);
  for (let i = 0; i < sidePx * sidePx; i += 1) {
    // Steps in a smooth field are the outlines of objects, each with a tone of its own.
    const object = Math.floor((forms[i] ?? 0) * 14);
    const noise = (grain() + grain() - 1) * 7;
    for (let channel = 0; channel < 3; channel += 1) {
      const tone = ((object * (37 + channel * 18)) % 97) - 48;
      const shared = (channels[0]?.[i] ?? 0) * 0.75 + (channels[channel]?.[i] ?? 0) * 0.25;
      pixels[i * 3 + channel] = Math.max(0, Math.min(255, 40 + 175 * shared + tone + noise));
    }
  }
  return sharp(pixels, { raw: { width: sidePx, height: sidePx, channels: 3 } });
}

/** Smooth noise of ever finer grids, each at 0.62 of the contrast of the one before; 0 to 1. */
function texture(seed: number): Float32Array {
  const sum = new Float32Array(sidePx * sidePx);
  let total = 0;
  for (let octave = 1; octave <= octaveCount; octave += 1) {
    const contrast = 0.62 ** octave;
    total += contrast;
    addOctave(sum, 2 ** octave, contrast, generator(seed * 31 + octave));
  }
  return sum.map((value) => value / total);
}

function addOctave(sum: Float32Array, cells: number, contrast: number, random: () => number): void {
  const stride = cells + 1;
  const grid = Float32Array.from({ length: stride * stride }, random);
  const scale = cells / sidePx;
  for (let y = 0; y < sidePx; y += 1) {
    const row = Math.floor(y * scale);
    const down = ease(y * scale - row);
    for (let x = 0; x < sidePx; x += 1) {
      const column = Math.floor(x * scale);
      const across = ease(x * scale - column);
      const at = row * stride + column;
      const upper = (grid[at] ?? 0) * (1 - across) + (grid[at + 1] ?? 0) * across;
      const lower = (grid[at + stride] ?? 0) * (1 - across) + (grid[at + stride + 1] ?? 0) * across;
      const i = y * sidePx + x;
      sum[i] = (sum[i] ?? 0) + contrast * (upper * (1 - down) + lower * down);
    }
  }
}

const ease = (t: number): number => t * t * (3 - 2 * t);

/** Uniform in [0, 1), the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed * 20_251;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}
