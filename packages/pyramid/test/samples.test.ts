import { writeFile } from "node:fs/promises";
import { deflateSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { composeTiff, type Picture, type } from "./composed-tiff.ts";
import { differences } from "./expected-levels.ts";
import { samplesPage } from "./raw-page.ts";
import { refusalIn } from "./refusal.ts";
import { greyOf } from "./saved-kinds.ts";
import { asSharp, type Raw, smoothImage } from "./smooth-image.ts";
import { hasVips, vips } from "./system-vips.ts";
import { tempDir } from "./temp-dir.ts";
import { tiled } from "./tiled.ts";

const path = tempDir();
const refusal = refusalIn(path);
const [width, height] = [96, 64];
const grey = { width, height, channels: 1, bits: 32, sampleFormat: 3 };
const noDataTag = 42_113;

/** From left to right, 100 to 195. */
const heights = (): number[] => Array.from({ length: width * height }, (_, i) => 100 + (i % width));
const shade = (sample: number, least = 100, most = 195): number =>
  Math.round(((sample - least) * 255) / (most - least));
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
const isInCorner = (i: number): boolean => i % width < 32 && i < 32 * width;

/** @param wanted of each pixel. */
async function expectGrey(file: string, wanted: readonly number[]): Promise<void> {
  await expectSeen(file, { ...greyOf(Uint8Array.from(wanted)), width, height });
}

async function expectSeen(file: string, wanted: Raw): Promise<void> {
  const { pixels } = await tiled(path(file), path("out.tif"));
  expect([pixels.width, pixels.height]).toEqual([wanted.width, wanted.height]);
  expect(differences(wanted, pixels, 0, 0).all).toBeLessThan(1.2);
}

async function write(
  file: string,
  pages: readonly Picture[],
  order?: Parameters<typeof composeTiff>[1],
): Promise<void> {
  await writeFile(path(file), composeTiff(pages, order));
}

describe("what is missing is background, and isn't part of the window:", () => {
  const cornerOf = (value: number) => heights().map((sample, i) => (isInCorner(i) ? value : sample));
  const wanted = heights().map((sample, i) => (isInCorner(i) ? 255 : shade(sample, isInCorner(i) ? 0 : 100)));
  const floats = (value: number) => bytesOf(Float32Array.from(cornerOf(value)));
  const cases: [
    what: string,
    tag: string | null,
    samples: Partial<Parameters<typeof samplesPage>[0]>,
    bytes: Uint8Array,
  ][] = [
    ["a value of GDAL's", "-9999", {}, floats(-9_999)],
    ["a value with a fraction", "-32767.1", {}, floats(-32_767.1)],
    ["the largest float, in fewer digits", "-3.40282e+38", {}, floats(-3.4028234663852886e38)],
    ["NaN, named", "nan", {}, floats(Number.NaN)],
    ["NaN, not named", null, {}, floats(Number.NaN)],
    ["endless", null, {}, floats(Number.POSITIVE_INFINITY)],
    ["endless the other way", "0", {}, floats(Number.NEGATIVE_INFINITY)],
    ["of 64 bits", "1e300", { bits: 64 }, bytesOf(Float64Array.from(cornerOf(1e300)))],
    ["of signed samples", "-32768", { bits: 16, sampleFormat: 2 }, bytesOf(Int16Array.from(cornerOf(-32_768)))],
    ["of 16 bits, black", "0", { bits: 16, sampleFormat: 1 }, bytesOf(Uint16Array.from(cornerOf(0)))],
    ["of 16 bits, white", "65535", { bits: 16, sampleFormat: 1 }, bytesOf(Uint16Array.from(cornerOf(65_535)))],
    ["padded with blanks", " -9999 \0\0", {}, floats(-9_999)],
  ];
  it.each(cases)("%s", async (name, tag, samples, bytes) => {
    const fields: Picture["fields"] = tag === null ? [] : [[noDataTag, type.ascii, tag]];
    await write(name, [samplesPage({ ...grey, ...samples, strips: [bytes] }, fields)]);
    await expectGrey(name, wanted);
  });

  it("in colours of 8 bits, where all of them say so", async () => {
    const colours = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3);
      // Right of the corner, blue alone is 0.
      if (isInCorner(pixel)) return 0;
      return i % 3 === 2 ? 0 : 40 + (pixel % width);
    });
    const page = samplesPage({ ...grey, channels: 3, bits: 8, sampleFormat: 1, strips: [colours] }, [
      [noDataTag, type.ascii, "0"],
    ]);
    await write("colours.tif", [page]);
    const data = colours.map((value, i) => (isInCorner(Math.floor(i / 3)) ? 255 : value));
    const { image, pixels } = await tiled(path("colours.tif"), path("out.tif"));
    expect(image.window).toBeNull();
    // Sharp edges lose more in a JPEG.
    expect(differences({ data, width, height }, pixels, 0, 0).all).toBeLessThan(3);
  });

  it("a text that names no number is none", async () => {
    const bytes = bytesOf(Float32Array.from(heights()));
    await write("words.tif", [samplesPage({ ...grey, strips: [bytes] }, [[noDataTag, type.ascii, "none at all"]])]);
    await expectGrey(
      "words.tif",
      heights().map((sample) => shade(sample)),
    );
  });

  it("a strip that the file leaves out", async () => {
    const { fields, strips = [] } = samplesPage({ ...grey, strips: [bytesOf(Float32Array.from(heights()))] });
    const lower = Array.from(strips[0]?.subarray(width * 32 * 4) ?? []);
    const others = fields.filter(([id]) => id !== 278);
    const places: Picture["fields"] = [
      [278, type.long, [32]],
      [273, type.long, [0, 8]],
      [279, type.long, [0, width * 32 * 4]],
    ];
    const file = composeTiff([{ fields: [...others, ...places] }]);
    const at = file.length;
    const offsets = file.indexOf(Buffer.from(Uint32Array.of(0, 8).buffer));
    file.writeUInt32LE(at, offsets + 4);
    await writeFile(path("sparse.tif"), Buffer.concat([file, Uint8Array.from(lower)]));
    await expectGrey(
      "sparse.tif",
      heights().map((sample, i) => (i < 32 * width ? 255 : shade(sample))),
    );
  });
});

describe("samples are read as they lie:", () => {
  const wanted = heights().map((sample) => shade(sample));
  const swapped = (bytes: Uint8Array, size: number): Uint8Array => {
    const copy = Uint8Array.from(bytes);
    for (let at = 0; at < copy.length; at += size) copy.subarray(at, at + size).reverse();
    return copy;
  };

  it.each([
    ["floats of 32 bits", 32, 3, bytesOf(Float32Array.from(heights()))],
    ["floats of 64 bits", 64, 3, bytesOf(Float64Array.from(heights()))],
    ["integers of 32 bits", 32, 1, bytesOf(Uint32Array.from(heights()))],
    ["integers of 64 bits", 64, 1, bytesOf(BigUint64Array.from(heights(), BigInt))],
    ["signed ones of 16", 16, 2, bytesOf(Int16Array.from(heights()))],
  ] as const)("%s from the highest byte down, in a BigTIFF", async (name, bits, sampleFormat, bytes) => {
    const strips = [swapped(bytes, bits / 8)];
    await write(name, [samplesPage({ ...grey, bits, sampleFormat, strips })], { little: false, big: true });
    await expectGrey(name, wanted);
  });

  it("the lowest bit first", async () => {
    const flipped = bytesOf(Int16Array.from(heights())).map((byte) => {
      let turned = 0;
      for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) turned |= 128 >> bit;
      return turned;
    });
    await write("flipped.tif", [
      samplesPage({ ...grey, bits: 16, sampleFormat: 2, strips: [flipped] }, [[266, type.short, [1]]]),
    ]);
    await write("turned.tif", [
      samplesPage({ ...grey, bits: 16, sampleFormat: 2, strips: [flipped] }, [[266, type.short, [2]]]),
    ]);
    await expectGrey("turned.tif", wanted);
  });

  it("tiles of Zstandard that hold one channel each, of samples that are nothing unusual otherwise", async () => {
    const side = 128;
    const tiles = [0, 1, 2, 3].map((channel) =>
      zstdCompressSync(Uint8Array.from({ length: side * side }, (_, i) => (channel === 1 ? 50 : 0) + (i % side))),
    );
    const samples = { ...grey, channels: 4, photometric: 2, bits: 8, sampleFormat: 1, compression: 50_000 };
    const { fields } = samplesPage({ ...samples, extraSamples: [0], strips: [] });
    const layout: Picture["fields"] = [
      [284, type.short, [2]],
      [322, type.short, [side]],
      [323, type.short, [side]],
    ];
    const kept = fields.filter(([id]) => ![278, 284].includes(id));
    await write("zstd-planes.tif", [{ fields: [...kept, ...layout], tiles }]);
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
      return (i % 3 === 1 ? 50 : 0) + (Math.floor(i / 3) % width);
    });
    await expectSeen("zstd-planes.tif", { data, width, height });
  });

  it("tiles that hold one channel each, compressed, and wider than the picture", async () => {
    const side = 64;
    const tiles = [0, 1, 2].flatMap((channel) =>
      [0, 1].map((column) => {
        const samples = Float32Array.from({ length: side * side }, (_, i) => {
          const x = column * side + (i % side);
          return channel === 1 ? 100 + x : 195 - x;
        });
        return deflateSync(bytesOf(samples));
      }),
    );
    const { fields } = samplesPage({ ...grey, channels: 3, compression: 8, strips: [] });
    const kept = fields.filter(([id]) => ![278, 284].includes(id));
    const layout: Picture["fields"] = [
      [284, type.short, [2]],
      [322, type.short, [side]],
      [323, type.short, [side]],
    ];
    await write("planes.tif", [{ fields: [...kept, ...layout], tiles }]);
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
      const x = Math.floor(i / 3) % width;
      return shade(i % 3 === 1 ? 100 + x : 195 - x);
    });
    await expectSeen("planes.tif", { data, width, height });
  });

  it.each([
    ["by itself", 2],
    ["already in the colours", 1],
  ])("floats with an opacity, %s", async (name, kind) => {
    const samples = Float32Array.from({ length: width * height * 2 }, (_, i) => {
      const pixel = i >> 1;
      if (i % 2 === 1) return isInCorner(pixel) ? 0 : 0.5;
      return (100 + (pixel % width)) * (kind === 1 ? 0.5 : 1);
    });
    await write(name, [samplesPage({ ...grey, channels: 2, extraSamples: [kind], strips: [bytesOf(samples)] })]);
    await expectGrey(
      name,
      heights().map((sample, i) => (isInCorner(i) ? 255 : (shade(sample) + 255) / 2)),
    );
  });

  it("turned as it says", async () => {
    await write("turned.tif", [
      samplesPage({ ...grey, strips: [bytesOf(Float32Array.from(heights()))] }, [[274, type.short, [6]]]),
    ]);
    const { image, pixels } = await tiled(path("turned.tif"), path("out.tif"));
    expect(image).toMatchObject({ orientation: 6, widthPx: height, heightPx: width });
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => shade(100 + Math.floor(i / 3 / height)));
    expect(differences({ data, width: height, height: width }, pixels, 0, 0).all).toBeLessThan(1.2);
  });

  const saved = ["none", "lzw", "deflate", "packbits", "zstd"].flatMap((compression) =>
    (compression === "none" || compression === "packbits" ? ["none"] : ["none", "horizontal", "float"]).flatMap(
      (predictor) => [false, true].map((isTiled) => ({ compression, predictor, isTiled })),
    ),
  );
  it.runIf(hasVips).each(saved)("$compression, predictor $predictor, in tiles: $isTiled", async (how) => {
    const { compression, predictor, isTiled } = how;
    const image = smoothImage(300, 200);
    await asSharp(image).png().toFile(path("plain.png"));
    const options = `compression=${compression},predictor=${predictor}${isTiled ? ",tile,tile-width=64,tile-height=64" : ""}`;
    const file = `${compression}-${predictor}-${isTiled}.tif`;
    vips("cast", path("plain.png"), `${path(file)}[${options}]`, "float");
    const [least, most] = [image.data.reduce((a, b) => Math.min(a, b)), image.data.reduce((a, b) => Math.max(a, b))];
    await expectSeen(file, { ...image, data: image.data.map((value) => shade(value, least, most)) });
  });
});

describe("what is damaged or can't be read is said:", () => {
  const whole = bytesOf(Float32Array.from(heights(), (sample) => sample + Math.sin(sample)));
  const compressed = (compression: number, bytes: Uint8Array, more: Picture["fields"] = []) => [
    samplesPage({ ...grey, compression, strips: [bytes] }, more),
  ];
  it.each([
    ["deflate, cut in half", compressed(8, deflateSync(whole).subarray(0, 400))],
    ["deflate of too few samples", compressed(8, deflateSync(whole.subarray(0, 4_000)))],
    ["deflate that is none", compressed(8, whole)],
    ["LZW that is none", compressed(5, whole.fill(255, 10, 90))],
    ["PackBits of too few samples", compressed(32_773, Uint8Array.of(3, 1, 2, 3, 4))],
    ["Zstandard that is none", compressed(50_000, whole)],
    [
      "too few strips",
      compressed(1, whole, [[278, type.long, [1]]]).map(({ fields, ...rest }) => ({
        ...rest,
        fields: fields.filter(([id], i) => id !== 278 || i === fields.length - 1),
      })),
    ],
    ["a strip that ends too early", compressed(1, whole.subarray(0, 900))],
  ])("%s", async (name, pages) => {
    await write(name, pages);
    expect((await refusal(name)).code).toBe("CORRUPT_IMAGE");
  });

  it("a predictor for other samples", async () => {
    const strips = [deflateSync(whole)];
    const page = samplesPage({ ...grey, bits: 24, compression: 8, strips }, [[317, type.short, [2]]]);
    await write("predictor.tif", [page]);
    const error = await refusal("predictor.tif");
    expect([error.code, error.message]).toEqual(["UNSUPPORTED_FORMAT", expect.stringMatching(/predictor.*save it/)]);
  });

  it("a strip that takes more memory than allowed, before it is read", async () => {
    const strips = [deflateSync(new Uint8Array(100))];
    await write("tall.tif", [samplesPage({ ...grey, width: 20_000, height: 20_000, compression: 8, strips })]);
    const error = await refusal("tall.tif");
    expect([error.code, error.message]).toEqual(["NEEDS_MORE_MEMORY", expect.stringMatching(/stored in one piece/)]);
  });
});
