import { writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { inspectImage } from "../src/index.ts";
import { composeTiff, type } from "./composed-tiff.ts";
import { samplesPage } from "./raw-page.ts";
import { refusalIn } from "./refusal.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();
const refusal = refusalIn(path);

it("tiles that hold one channel each, of a compression that the system's decoder reads", async () => {
  const strips = [0, 1, 2].map(() => new Uint8Array(256));
  const webp = 50_001;
  const { fields } = samplesPage({ width: 16, height: 16, channels: 3, bits: 8, compression: webp, strips });
  const tile = [322, 323].map((id) => [id, type.short, [16]] as const);
  await writeFile(path("planes.tif"), composeTiff([{ fields: [...fields, ...tile], tiles: strips }]));
  const error = await refusal("planes.tif");
  expect(error.code).toBe("UNSUPPORTED_FORMAT");
  expect(error.message).toMatch(/tiles that hold one channel each.*; save it/);
});

const unreadable: [what: string, samples: Partial<Parameters<typeof samplesPage>[0]>, message: RegExp][] = [
  ["RGB of 2 channels", { channels: 2, photometric: 2 }, /2 channels where its colours take 3; save it/],
  ["RGB of 1 channel", { channels: 1, photometric: 2 }, /1 channel where its colours take 3; save it/],
  ["JPEG of grey and transparency", { channels: 2, compression: 7, extraSamples: [2] }, /JPEG of 2 channels; save it/],
  ["an unnamed channel", { channels: 4, photometric: 2 }, /4 channels and doesn't say what the last of them is/],
  ["ITU Lab", { photometric: 10 }, /ITU Lab.*save it as RGB/],
  ["CIE Lab in JPEG", { photometric: 8, compression: 7 }, /compression that they can't be read from; save it with LZW/],
  ["a camera's mosaic", { channels: 1, photometric: 32_803 }, /raw mosaic of a camera/],
  ["another kind of colours", { photometric: 40_000 }, /kind 40000/],
  ["YCbCr in full resolution", { photometric: 6, subsampling: [1, 1] }, /YCbCr in full resolution.*save it as RGB/],
  ["colours that it doesn't name", { photometric: null }, /doesn't say how its colours are stored/],
  ["channels of different depths", { bits: [8, 8, 16] }, /channels of different kinds; save it/],
  ["channels of different kinds", { sampleFormat: [1, 1, 3] }, /channels of different kinds; save it/],
  ["samples of an unknown kind", { channels: 1, sampleFormat: 7 }, /unknown kind, 7; save it/],
  ["128-bit floats", { channels: 1, bits: 128, sampleFormat: 3 }, /floating-point samples of 128 bits; .*save/],
  ["48-bit integers", { channels: 1, bits: 48 }, /samples of 48 bits.*save/],
  ["12 bits in JPEG", { channels: 1, bits: 12, compression: 7 }, /12-bit samples.*compression.*save/],
  [
    "signed numbers with white as the least, in JPEG 2000",
    { channels: 1, photometric: 0, sampleFormat: 2, compression: 33_005 },
    /compression that they can't be read from; save it/,
  ],
  ["32 bits of CMYK", { channels: 4, bits: 32, photometric: 5 }, /4 channels of 32 bits that are neither grey nor RGB/],
  ["complex numbers", { channels: 1, bits: 64, sampleFormat: 6 }, /complex numbers/],
  ["old JPEG", { compression: 6 }, /JPEG of the old kind; save it/],
  ["LZMA", { compression: 34_925 }, /LZMA; save it/],
  ["a maker's own compression", { compression: 65_000 }, /method 65000; save it/],
  ["JPEG 2000 in strips", { compression: 33_004 }, /strips compressed by JPEG 2000; save it in tiles/],
];
it.each(unreadable)("a TIFF of %s, by name and with what to do about it", async (_, samples, message) => {
  const picture = { width: 16, height: 16, channels: 3, bits: 8, strips: [new Uint8Array(16 * 16 * 8 * 6)] };
  await writeFile(path("unreadable.tif"), composeTiff([samplesPage({ ...picture, ...samples })]));
  const error = await refusal("unreadable.tif");
  expect(error.code).toBe("UNSUPPORTED_FORMAT");
  expect(error.message).toMatch(message);
  await expect(inspectImage(path("unreadable.tif"))).rejects.toMatchObject({ message: error.message });
});

it.each([false, true])("a TIFF of more pixels than decoders can count, in a BigTIFF: %s", async (big) => {
  const picture = { width: 4e9, height: 4e9, channels: 3, bits: 8, strips: [new Uint8Array(16)] };
  await writeFile(path("endless-sides.tif"), composeTiff([samplesPage(picture)], { big }));
  const error = await refusal("endless-sides.tif");
  expect(error.code).toBe("TOO_MANY_PIXELS");
  expect(error.message).toMatch(/16,000,000,000,000,000,000 pixels; the limit is 40,000,000,000/);
});
