import type { Raw } from "./smooth-image.ts";

/** A float of 16 bits, for numbers that it can hold without a remainder and that are not tiny. */
export function halfFloat(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  const fraction = Math.abs(value) / 2 ** exponent - 1;
  return (value < 0 ? 0x8000 : 0) + ((exponent + 15) << 10) + Math.round(fraction * 1_024);
}

/** Samples of so many bits, one after the other from the highest bit down; each row begins with a byte. */
export function packed(samples: readonly number[], bits: number, rowSamples: number): Uint8Array {
  const rows: number[] = [];
  for (let from = 0; from < samples.length; from += rowSamples) {
    const row = samples.slice(from, from + rowSamples).map((sample) => sample.toString(2).padStart(bits, "0"));
    const text = row.join("");
    for (let at = 0; at < text.length; at += 8) rows.push(Number.parseInt(text.slice(at, at + 8).padEnd(8, "0"), 2));
  }
  return Uint8Array.from(rows);
}

/** To the light of D50 (Bradford), as the ICC has it. */
const xyzOf = [
  [0.4360747, 0.3850649, 0.1430804],
  [0.2225045, 0.7168786, 0.0606169],
  [0.0139322, 0.0971045, 0.7141733],
] as const;
const whiteOf = [0.9642, 1, 0.8249] as const;

const linear = (value: number): number => {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
};

/** As CIE Lab (8), whose colours are signed, or as the ICC's (9). */
export function labOf({ data }: Raw, bits: 8 | 16, photometric: 8 | 9): Uint8Array {
  const size = bits === 8 ? 1 : 256;
  const lightScale = bits === 8 ? 2.55 : photometric === 8 ? 655.35 : 652.8;
  const neutral = photometric === 8 ? 0 : 128;
  const samples = new (bits === 8 ? Uint8Array : Uint16Array)(data.length);
  for (let i = 0; i < data.length; i += 3) {
    const rgb = [...data.subarray(i, i + 3)].map(linear);
    const [x = 0, y = 0, z = 0] = xyzOf.map((row, axis) => {
      const share = row.reduce((sum, weight, channel) => sum + weight * (rgb[channel] ?? 0), 0) / (whiteOf[axis] ?? 1);
      return share > 0.008856 ? Math.cbrt(share) : 7.787 * share + 16 / 116;
    });
    samples[i] = Math.round((116 * y - 16) * lightScale);
    samples[i + 1] = Math.round((500 * (x - y) + neutral) * size);
    samples[i + 2] = Math.round((200 * (y - z) + neutral) * size);
  }
  return new Uint8Array(samples.buffer);
}
