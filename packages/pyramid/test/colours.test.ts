import { writeFile } from "node:fs/promises";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { openFileSource, openPyramid, writePyramid } from "../src/index.ts";
import { composeTiff, type } from "./composed-tiff.ts";
import { linearGreyProfile } from "./grey-profile.ts";
import { samplesPage } from "./raw-page.ts";
import { asSharp, decode, type Raw, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();

async function fullTile(sourcePath: string): Promise<Raw> {
  const targetPath = `${sourcePath}.pyramid.tif`;
  await writePyramid(sourcePath, targetPath);
  const file = await openFileSource(targetPath);
  const pyramid = await openPyramid(file);
  const jpeg = await pyramid.readTile(pyramid.levelCount - 1, 0, 0);
  await file.close();
  expect(await sharp(jpeg ?? new Uint8Array()).metadata()).toMatchObject({
    channels: 3,
    depth: "uchar",
    space: "srgb",
  });
  return decode(jpeg ?? new Uint8Array());
}

const pixelAt = ({ data, width }: Raw, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

function meanDifference(a: Raw, b: Raw): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - (b.data[i] ?? 0)), 0) / a.data.length;
}

/** One colour over the whole image, in sRGB. */
const plain = (background: string | { r: number; g: number; b: number; alpha: number }): Sharp =>
  sharp({ create: { width: 64, height: 48, channels: typeof background === "string" ? 3 : 4, background } });

describe("becomes 8-bit sRGB:", () => {
  const brown = [200, 80, 40];
  const cases: [name: string, file: string, image: () => Sharp, expected: number[]][] = [
    ["RGB", "rgb.png", () => plain("#c85028").png(), brown],
    ["16 bits", "rgb16.png", () => plain("#c85028").toColourspace("rgb16").png(), brown],
    [
      "16 bits with a profile",
      "p3-16.png",
      () => plain("#c85028").toColourspace("rgb16").withIccProfile("p3").png(),
      brown,
    ],
    [
      "10 bits with a profile",
      "p3-10.avif",
      () => plain("#c85028").withIccProfile("p3").avif({ quality: 100, chromaSubsampling: "4:4:4", bitdepth: 10 }),
      brown,
    ],
    ["a profile", "p3.png", () => plain("#c85028").withIccProfile("p3").png(), brown],
    ["grey", "grey.png", () => plain("#646464").toColourspace("b-w").png(), [100, 100, 100]],
    ["16-bit grey", "grey16.png", () => plain("#646464").toColourspace("grey16").png(), [100, 100, 100]],
    ["a palette", "palette.png", () => plain("#c85028").png({ palette: true }), brown],
    ["two colours", "bilevel.png", () => plain("#ffffff").png({ palette: true, colours: 2 }), [255, 255, 255]],
    ["half transparent", "alpha.png", () => plain({ r: 0, g: 0, b: 0, alpha: 0.5 }).png(), [127, 127, 127]],
    ["fully transparent", "clear.png", () => plain({ r: 9, g: 9, b: 9, alpha: 0 }).png(), [255, 255, 255]],
    ["WebP", "webp.webp", () => plain("#c85028").webp({ lossless: true }), brown],
    ["GIF", "gif.gif", () => plain("#c85028").gif(), brown],
    ["AVIF", "avif.avif", () => plain("#c85028").avif({ lossless: true }), brown],
    ["a tiled TIFF", "tiled.tif", () => plain("#c85028").tiff({ tile: true, compression: "deflate" }), brown],
    ["an interlaced PNG", "interlaced.png", () => plain("#c85028").png({ progressive: true }), brown],
  ];
  it.each(cases)("%s", async (_, file, image, expected) => {
    await image().toFile(path(file));
    const tile = await fullTile(path(file));
    expect([tile.width, tile.height]).toEqual([64, 48]);
    const colour = pixelAt(tile, 30, 20);
    for (const channel of [0, 1, 2]) {
      expect(Math.abs((colour[channel] ?? 0) - (expected[channel] ?? 0)), `${colour}`).toBeLessThanOrEqual(3);
    }
  });

  it.each([8, 16])("grey of %i bits with a profile", async (bits) => {
    const [width, height] = [64, 48];
    const count = width * height;
    const samples = bits === 8 ? new Uint8Array(count).fill(55) : new Uint16Array(count).fill(55 * 257);
    const strips = [new Uint8Array(samples.buffer)];
    const profile = [34_675, type.undefined, linearGreyProfile()] as const;
    const page = samplesPage({ width, height, channels: 1, bits, strips }, [profile]);
    await writeFile(path(`linear-${bits}.tif`), composeTiff([page]));
    // What reflects 55/255 of the light is 128 in sRGB.
    const colour = pixelAt(await fullTile(path(`linear-${bits}.tif`)), 30, 20);
    for (const value of colour) expect(Math.abs(value - 128), `${colour}`).toBeLessThanOrEqual(2);
  });

  it("CMYK, as sharp converts it", async () => {
    await plain("#c85028").toColourspace("cmyk").jpeg({ quality: 100 }).toFile(path("cmyk.jpg"));
    const expected = await sharp(path("cmyk.jpg")).toColourspace("srgb").png().toBuffer();
    expect(meanDifference(await fullTile(path("cmyk.jpg")), await decode(expected))).toBeLessThan(3);
  });

  it("tiles of high quality, which are stored as RGB and say so", async () => {
    await plain("#c85028").png().toFile(path("q95.png"));
    await writePyramid(path("q95.png"), path("q95.tif"), { settings: { quality: 95 } });
    const { data } = await decode(path("q95.tif"));
    expect([...data.subarray(0, 3)].map((value, i) => Math.abs(value - (brown[i] ?? 0)) <= 1)).toEqual([
      true,
      true,
      true,
    ]);
  });
});

describe("EXIF orientation", () => {
  const upright = smoothImage(200, 120);
  const [right, bottom] = [upright.width - 1, upright.height - 1];
  /** Where pixel (x, y) of the file is seen. */
  const seenAt: Record<number, (x: number, y: number) => [x: number, y: number]> = {
    1: (x, y) => [x, y],
    2: (x, y) => [right - x, y],
    3: (x, y) => [right - x, bottom - y],
    4: (x, y) => [x, bottom - y],
    5: (x, y) => [y, x],
    6: (x, y) => [right - y, x],
    7: (x, y) => [right - y, bottom - x],
    8: (x, y) => [y, bottom - x],
  };

  it.each(Object.keys(seenAt).map(Number))("%i is turned upright", async (orientation) => {
    const isOnItsSide = orientation > 4;
    const width = isOnItsSide ? upright.height : upright.width;
    const height = isOnItsSide ? upright.width : upright.height;
    const data = new Uint8Array(width * height * 3);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++)
        data.set(pixelAt(upright, ...(seenAt[orientation]?.(x, y) ?? [0, 0])), (y * width + x) * 3);
    }
    const file = path(`orientation-${orientation}.jpg`);
    const image = asSharp({ data, width, height }).withMetadata({ orientation });
    await image.jpeg({ quality: 98, chromaSubsampling: "4:4:4" }).toFile(file);
    expect(meanDifference(await fullTile(file), upright)).toBeLessThan(1.5);
  });
});
