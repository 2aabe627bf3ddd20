import { type Picture, type } from "./composed-tiff.ts";
import type { Raw } from "./smooth-image.ts";

interface Samples {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Of all channels, or of each. */
  readonly bits: number | readonly number[];
  /** Of all channels, or of each: 1 unsigned, 2 signed, 3 floating-point. */
  readonly sampleFormat?: number | readonly number[];
  /** TIFF's numbers; grey or RGB, and no compression, unless told otherwise. Null leaves out how colours are stored. */
  readonly photometric?: number | null;
  readonly subsampling?: readonly number[];
  readonly compression?: number;
  /** What the channels are that are no colours, by TIFF's numbers. */
  readonly extraSamples?: readonly number[];
  /** One strip with everything, or one for each channel. */
  readonly strips: readonly Uint8Array[];
}

/** A page of a TIFF in strips without compression, with samples of any kind. */
export const samplesPage = (
  {
    width,
    height,
    channels,
    bits,
    sampleFormat = 1,
    photometric = channels === 3 ? 2 : 1,
    compression = 1,
    extraSamples = [],
    subsampling = [],
    strips,
  }: Samples,
  more: Picture["fields"] = [],
): Picture => ({
  fields: [
    [256, type.long, [width]],
    [257, type.long, [height]],
    [258, type.short, forEach(channels, bits)],
    [259, type.short, [compression]],
    ...(photometric === null ? [] : ([[262, type.short, [photometric]]] as const)),
    [277, type.short, [channels]],
    [278, type.long, [height]],
    [284, type.short, [strips.length > 1 ? 2 : 1]],
    [339, type.short, forEach(channels, sampleFormat)],
    ...(extraSamples.length > 0 ? ([[338, type.short, extraSamples]] as const) : []),
    ...(subsampling.length > 0 ? ([[530, type.short, subsampling]] as const) : []),
    ...more,
  ],
  strips,
});

const forEach = (channels: number, value: number | readonly number[]): readonly number[] =>
  typeof value === "number" ? Array.from({ length: channels }, () => value) : value;

/** An ordinary picture. */
export const plainPage = ({ data, width, height }: Raw, more: Picture["fields"] = []): Picture =>
  samplesPage({ width, height, channels: 3, bits: 8, strips: [data] }, more);

/** One channel of a picture, row by row. */
export const channelOf = ({ data }: Raw, channel: number): Uint8Array =>
  Uint8Array.from({ length: data.length / 3 }, (_, i) => data[i * 3 + channel] ?? 0);
