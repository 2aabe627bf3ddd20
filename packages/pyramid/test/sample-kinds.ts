import type { SampleWindow } from "../src/index.ts";
import { composed } from "./composed-kinds.ts";
import { type Picture, type } from "./composed-tiff.ts";
import { halfFloat, labOf, packed } from "./odd-samples.ts";
import { samplesPage } from "./raw-page.ts";
import { greyOf, greySamples, type Kind, picture } from "./saved-kinds.ts";

const { width, height } = picture;
const oneChannel = { width, height, channels: 1, bits: 8 };
const [signed, float] = [2, 3];

/** A kind whose samples aren't shown as they are, and what becomes black and white of them. */
export interface WindowedKind extends Kind {
  readonly window: SampleWindow | null;
}

const ends = (values: Uint8Array): readonly [least: number, most: number] => [
  values.reduce((a, b) => Math.min(a, b)),
  values.reduce((a, b) => Math.max(a, b)),
];
const stretch = (values: Uint8Array): Uint8Array => {
  const [least, most] = ends(values);
  return values.map((value) => Math.round(((value - least) / (most - least)) * 255));
};
const seenOf = (values: Uint8Array) =>
  values.length === picture.data.length ? { ...picture, data: values } : greyOf(values);

interface Stored {
  readonly samples?: Partial<Parameters<typeof samplesPage>[0]>;
  readonly fields?: Picture["fields"];
  /** Of a value of the picture, rising. */
  readonly toSample: (value: number) => number;
  readonly bytesOf: (samples: number[]) => ArrayBufferView;
  /** What there is, if it isn't what is found in the image. */
  readonly range?: Pick<SampleWindow, "least" | "most">;
}

/** From the least sample that the picture has to the most. */
function windowed(
  kind: string,
  values: Uint8Array,
  { samples, fields, toSample, bytesOf, range }: Stored,
): WindowedKind {
  const [black, white] = ends(values).map(toSample) as [number, number];
  const isUpsideDown = samples?.photometric === 0;
  const seen = stretch(values).map((value) => (isUpsideDown ? 255 - value : value));
  const page = () =>
    samplesPage({ ...oneChannel, ...samples, strips: [asBytes(bytesOf(Array.from(values, toSample)))] }, fields);
  // The window's scale rounds, half a step on average.
  return {
    ...composed("TIFF", kind, () => [page()], { seen: seenOf(seen), loss: 0.5 }),
    window: { black, white, least: black, most: white, ...range, foundBy: "extremes" },
  };
}

const asBytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

const of16Bits = { least: 0, most: 65_535 };
const noData = -9_999;
/** The left side is missing. */
const isMissing = (i: number): boolean => i % width < 50;
const heights = Float32Array.from(greySamples, (value, i) => (isMissing(i) ? noData : 100 + value));
const [lowest, highest] = ends(greySamples.filter((_, i) => !isMissing(i)));

export const windowedKinds: readonly WindowedKind[] = [
  windowed("signed, 8 bits", greySamples, {
    samples: { sampleFormat: signed },
    toSample: (value) => value - 128,
    bytesOf: (samples) => Int8Array.from(samples),
  }),
  windowed("signed, 16 bits", greySamples, {
    samples: { bits: 16, sampleFormat: signed },
    toSample: (value) => value * 4 - 200,
    bytesOf: (samples) => Int16Array.from(samples),
  }),
  windowed("signed, 16 bits, white as the least", greySamples, {
    samples: { bits: 16, sampleFormat: signed, photometric: 0 },
    toSample: (value) => value * 4 - 200,
    bytesOf: (samples) => Int16Array.from(samples),
  }),
  windowed("12 bits in 16, grey", greySamples, {
    samples: { bits: 16 },
    toSample: (value) => value * 16,
    bytesOf: (samples) => Uint16Array.from(samples),
    range: of16Bits,
  }),
  windowed("12 bits in 16, RGB", picture.data, {
    samples: { bits: 16, channels: 3 },
    toSample: (value) => value * 11 + 200,
    bytesOf: (samples) => Uint16Array.from(samples),
    range: of16Bits,
  }),
  windowed("12 bits in 16, white as the least", greySamples, {
    samples: { bits: 16, photometric: 0 },
    toSample: (value) => value * 16,
    bytesOf: (samples) => Uint16Array.from(samples),
    range: of16Bits,
  }),
  windowed("unsigned, 32 bits", greySamples, {
    samples: { bits: 32 },
    toSample: (value) => value * 9_999,
    bytesOf: (samples) => Uint32Array.from(samples),
  }),
  windowed("signed, 64 bits", greySamples, {
    samples: { bits: 64, sampleFormat: signed },
    toSample: (value) => value * 2 ** 40 - 2 ** 44,
    bytesOf: (samples) => BigInt64Array.from(samples, BigInt),
  }),
  windowed("floating-point, grey", greySamples, {
    samples: { bits: 32, sampleFormat: float },
    toSample: (value) => value / 255,
    bytesOf: (samples) => Float32Array.from(samples),
  }),
  windowed("floating-point, RGB", picture.data, {
    samples: { bits: 32, sampleFormat: float, channels: 3 },
    toSample: (value) => value * 3.5 - 200,
    bytesOf: (samples) => Float32Array.from(samples),
  }),
  windowed("floating-point, 16 bits", greySamples, {
    samples: { bits: 16, sampleFormat: float },
    toSample: (value) => value / 4 - 16,
    bytesOf: (samples) => Uint16Array.from(samples, halfFloat),
  }),
  windowed("floating-point, 64 bits", greySamples, {
    samples: { bits: 64, sampleFormat: float },
    toSample: (value) => value * 1e200,
    bytesOf: (samples) => Float64Array.from(samples),
  }),
  {
    ...composed(
      "TIFF",
      "heights, some of which are missing (GDAL)",
      () => [
        samplesPage({ ...oneChannel, bits: 32, sampleFormat: float, strips: [asBytes(heights)] }, [
          [42_113, type.ascii, `${noData}`],
        ]),
      ],
      {
        seen: greyOf(
          greySamples.map((value, i) =>
            isMissing(i) ? 255 : Math.round(((value - lowest) / (highest - lowest)) * 255),
          ),
        ),
        loss: 0.5,
      },
    ),
    window: {
      black: 100 + lowest,
      white: 100 + highest,
      least: 100 + lowest,
      most: 100 + highest,
      foundBy: "extremes",
    },
  },
  {
    ...composed(
      "TIFF",
      "12 bits",
      () => [
        samplesPage({
          ...oneChannel,
          bits: 12,
          strips: [
            packed(
              Array.from(greySamples, (value) => value * 16 + (value >> 4)),
              12,
              width,
            ),
          ],
        }),
      ],
      { seen: greyOf(greySamples), loss: 0.5 },
    ),
    window: { black: 0, white: 4_095, least: 0, most: 4_095, foundBy: "type" },
  },
  ...([8, 16] as const).flatMap((bits) =>
    ([8, 9] as const).map((photometric) => ({
      ...composed(
        "TIFF",
        `${photometric === 8 ? "CIE" : "ICC"} Lab, ${bits} bits`,
        () => [
          samplesPage({ ...oneChannel, channels: 3, bits, photometric, strips: [labOf(picture, bits, photometric)] }),
        ],
        // Eight bits don't tell all colours of sRGB apart.
        { seen: picture, loss: bits === 8 ? 1 : 0.5 },
      ),
      window: null,
    })),
  ),
];
