/**
 * Of D50, which CIE Lab is relative to in files, to sRGB's own light of D65 (Bradford), and from there to its
 * primaries.
 */
const linearFromXyz = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
] as const;
const whiteXyz = [0.9642, 1, 0.8249] as const;

/** How a file stores lightness (0 to 100) and the two colours of CIE Lab. */
export interface LabScale {
  readonly light: number;
  readonly colour: number;
  /** Of colours that are stored as unsigned numbers, what is none. */
  readonly neutral: number;
}

/** @param kind by TIFF's names. Of floats, samples are what they say. */
export function labScale(kind: "cie" | "icc", samples: "unsigned" | "signed" | "float", bits: number): LabScale {
  if (samples === "float") return { light: 1, colour: 1, neutral: 0 };
  if (bits === 8) return { light: 100 / 255, colour: 1, neutral: kind === "icc" ? 128 : 0 };
  if (kind === "icc") return { light: 100 / 65_280, colour: 1 / 256, neutral: 128 };
  return { light: 100 / 65_535, colour: 1 / 256, neutral: 0 };
}

/** Writes a colour of CIE Lab as 8-bit sRGB. */
export function labToSrgb(light: number, a: number, b: number, target: Uint8ClampedArray, at: number): void {
  const middle = (light + 16) / 116;
  const x = fromLab(middle + a / 500) * whiteXyz[0];
  const y = fromLab(middle) * whiteXyz[1];
  const z = fromLab(middle - b / 200) * whiteXyz[2];
  for (let channel = 0; channel < 3; channel++) {
    const [ofX = 0, ofY = 0, ofZ = 0] = linearFromXyz[channel] ?? [];
    target[at + channel] = encoded(ofX * x + ofY * y + ofZ * z);
  }
}

const fromLab = (t: number): number => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));

function encoded(linear: number): number {
  const light = Math.min(1, Math.max(0, linear));
  const value = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
  return 255 * value;
}
