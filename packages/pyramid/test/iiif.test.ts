import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type FileSource,
  IiifRequestError,
  iiifImage,
  iiifInfo,
  openFileSource,
  openPyramid,
  type Pyramid,
  parseIiif,
  writePyramid,
} from "../src/index.ts";
import { differences } from "./expected-levels.ts";
import { asSharp, decode, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();
const [width, height] = [1_003, 777];
const picture = smoothImage(width, height);
let file: FileSource;
let pyramid: Pyramid;
beforeAll(async () => {
  await asSharp(picture).png().toFile(path("source.png"));
  await writePyramid(path("source.png"), path("pyramid.tif"));
  file = await openFileSource(path("pyramid.tif"));
  pyramid = await openPyramid(file);
});
afterAll(() => file.close());

const parse = (address: string) => {
  const [region = "", size = "", rotation = "", file = ""] = address.split("/");
  return parseIiif(pyramid, { region, size, rotation, file });
};
const ask = (address: string) => iiifImage(pyramid, parse(address));

describe("an address", () => {
  it.each([
    ["full/max/0/default.jpg", width, height],
    ["square/max/0/default.jpg", height, height],
    ["100,50,400,300/max/0/default.jpg", 400, 300],
    ["900,700,400,300/max/0/default.jpg", 103, 77],
    ["pct:10,10,50,50/max/0/default.png", 502, 389],
    ["full/500,/0/color.jpg", 500, 387],
    ["full/,100/0/default.jpg", 129, 100],
    ["full/pct:50/0/default.jpg", 502, 389],
    ["full/100,90/0/default.jpg", 100, 90],
    ["full/!200,200/0/default.jpg", 200, 155],
    ["full/!9000,9000/0/default.jpg", width, height],
    ["full/200,100/90/default.jpg", 100, 200],
    ["17,23,1,1/max/0/gray.png", 1, 1],
  ])("%s gives %i x %i pixels", async (address, widthPx, heightPx) => {
    const metadata = await sharp(await ask(address)).metadata();
    expect(metadata).toMatchObject({ width: widthPx, height: heightPx });
    expect(metadata.format).toBe(address.endsWith("png") ? "png" : "jpeg");
  });

  it.each([
    "full/max/45/default.jpg",
    "full/max/0/default.tif",
    "full/max/0/pretty.jpg",
    "full/^2000,/0/default.jpg",
    "full/2000,/0/default.jpg",
    "full/0,/0/default.jpg",
    "full/!0,9/0/default.jpg",
    "full/pct:0/0/default.jpg",
    "full/pct:0.01/0/default.jpg",
    "full/,/0/default.jpg",
    "5000,0,10,10/max/0/default.jpg",
    "0,0,0,10/max/0/default.jpg",
    "1.5,0,10,10/max/0/default.jpg",
    "all/max/0/default.jpg",
    "-1,0,10,10/max/0/default.jpg",
  ])("%s is refused with a sentence", (address) => {
    expect(() => parse(address)).toThrow(IiifRequestError);
    expect(() => parse(address)).toThrow(/\.$/);
  });

  it("of a size over the limit is refused, and what is to be as large as possible stays within it", () => {
    const large = { widthPx: 100_000, heightPx: 90_000 };
    const rest = { rotation: "0", file: "default.jpg" };
    expect(() => parseIiif(large, { region: "full", size: "4000,", ...rest })).toThrow(IiifRequestError);
    for (const asked of ["max", "!4096,4096", "!100000,100000"]) {
      const { size } = parseIiif(large, { region: "full", size: asked, ...rest });
      expect(size.widthPx * size.heightPx).toBeLessThanOrEqual(2_048 * 2_048);
      expect(size.widthPx * size.heightPx).toBeGreaterThan(2_000 * 2_000);
    }
    for (const asked of ["max", "!100000,3"]) {
      const flat = parseIiif({ widthPx: 100_000, heightPx: 3 }, { region: "full", size: asked, ...rest });
      expect(flat.size).toEqual({ widthPx: 4_096, heightPx: 1 });
    }
  });
});

describe("a rotation", () => {
  it.each([
    ["0.0", 0, false],
    ["90.0", 90, false],
    ["180.00", 180, false],
    ["360", 0, false],
    ["360.0", 0, false],
    ["!270.0", 270, true],
    ["!360", 0, true],
  ])("of %s is a number as any", (rotation, rotationDegrees, mirrored) => {
    expect(parse(`full/max/${rotation}/default.jpg`)).toMatchObject({ rotationDegrees, mirrored });
  });

  it.each(["361", "450", "-90", "90.5", "359.9999999999", "1e2", "90.", ".0", "0x0", "NaN", "", "!", "!!90", " 90"])(
    "of %j is refused",
    (rotation) => expect(() => parse(`full/max/${rotation}/default.jpg`)).toThrow(/rotation must be/),
  );
});

describe("the pixels", () => {
  it.each<[address: string, expected: (image: Sharp) => Sharp, turnedBy?: number]>([
    ["full/max/0/default.png", (image) => image],
    ["401,203,300,500/max/0/default.png", (image) => image.extract({ left: 401, top: 203, width: 300, height: 500 })],
    ["full/max/90/default.png", (image) => image, 90],
    ["full/max/!0/default.png", (image) => image.flop()],
    ["full/max/360/default.png", (image) => image],
    ["full/max/270.0/default.png", (image) => image, 270],
    ["full/max/!90/default.png", (image) => image.flop(), 90],
    ["512,256,256,512/128,256/0/default.png", (image) => region(image, 512, 256).resize(128, 256, { fit: "fill" })],
    ["full/501,388/0/default.png", (image) => image.resize(501, 388, { fit: "fill" })],
    ["full/300,300/0/default.png", (image) => image.resize(300, 300, { fit: "fill" })],
  ])("of %s are the image's", async (address, expected, turnedBy = 0) => {
    const stepped = await expected(asSharp(picture)).png().toBuffer();
    const wanted = await decode(await sharp(stepped).rotate(turnedBy).png().toBuffer());
    const got = await decode(await ask(address));
    expect([got.width, got.height]).toEqual([wanted.width, wanted.height]);
    // A level of an odd size is up to half a pixel longer than the image: what is scaled from it may be off by as much.
    const limit = address.startsWith("full/3") || address.startsWith("full/5") ? 2.4 : 1.5;
    expect(differences(wanted, got, 0, 0).all).toBeLessThan(limit);
  });

  it("of gray have no colour, of bitonal two values", async () => {
    const gray = await decode(await ask("full/max/0/gray.png"));
    expect(gray.data.every((value, i) => value === gray.data[i - (i % 3)])).toBe(true);
    const bitonal = await decode(await ask("full/max/0/bitonal.png"));
    expect(new Set(bitonal.data)).toEqual(new Set([0, 255]));
  });
});

it("the description's tiles and sizes are all there, and its tiles are the stored ones", async () => {
  const info = iiifInfo(pyramid, "http://127.0.0.1/iiif/x") as {
    sizes: { width: number; height: number }[];
    tiles: [{ width: number; height: number; scaleFactors: number[] }];
  };
  expect(info).toMatchObject({ type: "ImageService3", profile: "level2", width, height });
  const { extraQualities } = info as unknown as { extraQualities: string[] };
  for (const quality of extraQualities) await ask(`full/9,9/0/${quality}.jpg`);
  const tiny = { ...pyramid, widthPx: 9, heightPx: 7, levelCount: 5 };
  expect(iiifInfo(tiny, "http://127.0.0.1/iiif/x")).toMatchObject({ sizes: [{ width: 9, height: 7 }] });
  expect(info.sizes.at(-1)).toEqual({ width, height });
  for (const size of info.sizes) {
    const image = await sharp(await ask(`full/${size.width},${size.height}/0/default.jpg`)).metadata();
    expect(image).toMatchObject(size);
  }
  const [{ width: side, height: tileHeight, scaleFactors }] = info.tiles;
  expect([side, tileHeight]).toEqual([pyramid.tileSizePx, pyramid.tileSizePx]);
  expect(scaleFactors).toEqual([1, 2, 4]);
  for (const [halvings, scale] of scaleFactors.entries()) {
    for (let y = 0; y * side * scale < height; y += 1) {
      for (let x = 0; x * side * scale < width; x += 1) {
        const [w, h] = [
          Math.min(side * scale, width - x * side * scale),
          Math.min(side * scale, height - y * side * scale),
        ];
        const region = [x * side * scale, y * side * scale, w, h].join();
        const tile = await ask(`${region}/${Math.ceil(w / scale)},${Math.ceil(h / scale)}/0/default.jpg`);
        expect(tile).toEqual(await pyramid.readTile(pyramid.levelCount - 1 - halvings, x, y));
      }
    }
  }
});

const region = (image: Sharp, left: number, top: number) => image.extract({ left, top, width: 256, height: 512 });
