import { writeFile } from "node:fs/promises";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { writePreview } from "../src/index.ts";
import { provesRange, sampleWindow, unsignedWindow } from "../src/samples/window.ts";
import { composeTiff, type } from "./composed-tiff.ts";
import { differences } from "./expected-levels.ts";
import { linearGreyProfile } from "./grey-profile.ts";
import { samplesPage } from "./raw-page.ts";
import { greyOf } from "./saved-kinds.ts";
import { hasVips, vips } from "./system-vips.ts";
import { tempDir } from "./temp-dir.ts";
import { tiled } from "./tiled.ts";

const path = tempDir();
const [width, height] = [200, 100];
const sorted = (...values: number[]) => Float64Array.from(values).sort();
const ramp = (from: number, to: number, count = 10_000) =>
  Float64Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

describe("samples without a black and white of their own", () => {
  it.each([
    ["from the least to the most", ramp(-5, 12), [-5, 12, "extremes"]],
    ["a few of them", sorted(7, 3, 5), [3, 7, "extremes"]],
    ["a peak that stands out", sorted(...ramp(0, 100), 150), [0, 150, "extremes"]],
    ["a hot pixel", sorted(...ramp(0, 100), 1e30), [0, 100, "percentiles"]],
    ["a dead one and a hot one", sorted(...ramp(0, 100), -1e9, 1e9), [0, 100, "percentiles"]],
    ["one spot on what is all the same", sorted(...ramp(8, 8), 9, 60), [8, 60, "extremes"]],
    ["all the same", ramp(8, 8), [8, 8, "extremes"]],
    ["more that is far than outliers are", sorted(...ramp(0, 100), ...ramp(5_000, 5_001, 50)), [0, 5_001, "extremes"]],
  ] as const)("%s", (_, samples, [black, white, foundBy]) => {
    expect(sampleWindow(samples)).toMatchObject({ black, white, foundBy });
  });
});

describe("unsigned samples", () => {
  const photograph = { isGrey: false, hasProfile: false };
  const grey = { isGrey: true, hasProfile: false };
  const withProfile = { isGrey: true, hasProfile: true };
  it.each([
    ["that use their range", ramp(0, 65_535), photograph, [0, 65_535, "type"]],
    ["that use a third of it", ramp(0, 22_000), photograph, [0, 65_535, "type"]],
    ["of 14 bits", ramp(0, 16_383), photograph, [0, 16_383, "extremes"]],
    ["of 12 bits", ramp(200, 3_000), photograph, [200, 3_000, "extremes"]],
    ["of 14 bits that have a profile", ramp(0, 16_383), withProfile, [0, 65_535, "type"]],
    ["of 12 bits that have a profile", ramp(200, 3_000), withProfile, [200, 3_000, "extremes"]],
    ["around a middle, grey", ramp(31_000, 33_000), grey, [31_000, 33_000, "extremes"]],
    ["around a middle, in colours", ramp(31_000, 33_000), photograph, [0, 65_535, "type"]],
    ["all the same", ramp(300, 300), grey, [0, 65_535, "type"]],
    ["none", sorted(), grey, [0, 65_535, "type"]],
  ] as const)("%s", (_, samples, image, [black, white, foundBy]) => {
    expect(unsignedWindow(samples, 16, image)).toEqual({ black, white, foundBy, least: 0, most: 65_535 });
  });

  it("a part tells only what holds whatever the rest is", () => {
    const bright = ramp(20_000, 40_000, 1_000);
    expect(provesRange(bright, 1 / 32, 16, photograph)).toBe(true);
    // Of a hundred times as many, these are a thousandth at most.
    expect(provesRange(sorted(...ramp(0, 900, 970), ...bright.subarray(0, 30)), 1 / 32, 16, photograph)).toBe(false);
    expect(provesRange(ramp(0, 900, 1_000), 1 / 32, 16, photograph)).toBe(false);
  });
});

/** A ramp from left to right; the image's last pixel is far brighter than any other. */
const withHotPixel = (black: number, white: number, hot: number): number[] =>
  Array.from({ length: width * height }, (_, i) =>
    i === width * height - 1 ? hot : Math.round(black + ((white - black) * (i % width)) / (width - 1)),
  );
const isLast = (i: number): boolean => i === width * height - 1;
const bright = Uint8Array.from({ length: width * height }, (_, i) =>
  isLast(i) ? 255 : ((i % width) * 255) / (width - 1),
);
const seen = { ...greyOf(bright), width, height };
const raw = (samples: number[]) =>
  sharp(Uint16Array.from(samples), { raw: { width, height, channels: 1 } }).toColourspace("grey16");

async function expectRamp(file: string, black: number, white: number): Promise<void> {
  const { image, pixels } = await tiled(file, path("out.tif"));
  expect(image.window).toMatchObject({ black, white });
  expect(differences(seen, pixels, 0, 0).all).toBeLessThan(1.5);
}

describe("one hot pixel doesn't make the rest dark:", () => {
  const kinds: [kind: string, write: (file: string) => Promise<unknown>][] = [
    [
      "PNG",
      (file) =>
        raw(withHotPixel(200, 3_000, 65_535))
          .png()
          .toFile(file),
    ],
    [
      "TIFF in tiles",
      (file) =>
        raw(withHotPixel(200, 3_000, 65_535))
          .tiff({ tile: true, compression: "lzw" })
          .toFile(file),
    ],
    ["TIFF, floats", (file) => writeFile(file, tiffOf(Float32Array.from(withHotPixel(200, 3_000, 1e30)), 32, 3))],
    ["TIFF, signed", (file) => writeFile(file, tiffOf(Int16Array.from(withHotPixel(200, 3_000, 32_767)), 16, 2))],
    ["TIFF, long", (file) => writeFile(file, tiffOf(Uint32Array.from(withHotPixel(200, 3_000, 4e9)), 32, 1))],
  ];
  it.each(kinds)("%s", async (kind, write) => {
    await write(path(kind));
    await expectRamp(path(kind), 200, 3_000);
  });

  it.runIf(hasVips)("JPEG 2000", async () => {
    await raw(withHotPixel(200, 3_000, 65_535))
      .png()
      .toFile(path("plain.png"));
    vips("jp2ksave", path("plain.png"), path("hot.jp2"), "--lossless");
    await expectRamp(path("hot.jp2"), 200, 3_000);
  });
});

function tiffOf(samples: ArrayBufferView, bits: number, sampleFormat: number): Buffer {
  const strips = [new Uint8Array(samples.buffer as ArrayBuffer)];
  return composeTiff([samplesPage({ width, height, channels: 1, bits, sampleFormat, strips })]);
}

it.each(["sharp", ...(hasVips ? ["the system's vips"] : [])])(
  "what is transparent doesn't count, and shows white, read by %s",
  async (reader) => {
    const samples = Uint16Array.from({ length: width * height * 4 }, (_, i) => {
      const [x, channel] = [(i >> 2) % width, i % 4];
      if (x < 20) return channel === 3 ? 0 : 60_000;
      return channel === 3 ? 65_535 : x * 20;
    });
    await sharp(samples, { raw: { width, height, channels: 4 } })
      .toColourspace("rgb16")
      .png()
      .toFile(path("clear.png"));
    const isForeign = reader !== "sharp";
    if (isForeign) vips("tiffsave", path("clear.png"), path("clear.tif"), "--compression", "zstd");
    const { image, pixels } = await tiled(path(isForeign ? "clear.tif" : "clear.png"), path("out.tif"));
    expect(image.window).toMatchObject({ black: 400, white: 3_980 });
    expect(pixels.data[3 * 5]).toBeGreaterThan(250);
    expect(pixels.data[3 * 30]).toBeLessThan(20);
    expect(pixels.data[3 * (width - 1)]).toBeGreaterThan(250);
  },
);

it("a profile is applied to what isn't stretched, and not to what is", async () => {
  const profile = [34_675, type.undefined, linearGreyProfile()] as const;
  const levels: number[] = [];
  for (const most of [65_535, 4_000]) {
    const samples = Uint16Array.from({ length: width * height }, (_, i) => (most * (i % width)) / (width - 1));
    const strips = [new Uint8Array(samples.buffer)];
    const page = samplesPage({ width, height, channels: 1, bits: 16, strips }, [profile]);
    await writeFile(path("profile.tif"), composeTiff([page]));
    const { image, pixels } = await tiled(path("profile.tif"), path("out.tif"));
    expect(image.window).toMatchObject({ black: 0, white: most });
    levels.push(pixels.data[3 * 43] ?? 0);
  }
  // What reflects 43/199 of the light is 128 in sRGB; stretched, it's 55.
  expect(Math.abs((levels[0] ?? 0) - 128)).toBeLessThan(3);
  expect(Math.abs((levels[1] ?? 0) - 55)).toBeLessThan(3);
});

it("a preview shows the brightness of the pyramid, or there is none", async () => {
  const [wide, high] = [6_400, 4_000];
  for (const [name, most] of [
    ["bright", 60_000],
    ["dark", 4_000],
  ] as const) {
    const samples = Uint16Array.from({ length: wide * high }, (_, i) => (most * (i % wide)) / wide);
    await sharp(samples, { raw: { width: wide, height: high, channels: 1 } })
      .toColourspace("grey16")
      .tiff({ tile: true, pyramid: true, compression: "none" })
      .toFile(path(`${name}.tif`));
  }
  expect(await writePreview(path("bright.tif"), path("preview.tif"))).toMatchObject({ imageWidthPx: wide });
  expect(await writePreview(path("dark.tif"), path("preview.tif"))).toBeNull();
});
