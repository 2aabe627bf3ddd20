import { writeFile } from "node:fs/promises";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { differences } from "./expected-levels.ts";
import { refusalIn } from "./refusal.ts";
import { asSharp, type Raw, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";
import { tiled } from "./tiled.ts";

const path = tempDir();
const refusal = refusalIn(path);
const picture = asSharp(smoothImage(300, 200));
const plain = await picture.jpeg({ quality: 90 }).toBuffer();
const progressive = await picture.jpeg({ quality: 90, progressive: true }).toBuffer();
const cmyk = await picture.toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer();

const bytes = (...values: number[]): Buffer => Buffer.from(values);
const insert = (jpeg: Buffer, at: number, ...parts: Uint8Array[]): Buffer =>
  Buffer.concat([jpeg.subarray(0, at), ...parts, jpeg.subarray(at)]);
const at = (jpeg: Buffer, kind: number): number => jpeg.indexOf(bytes(0xff, kind));
const set = (jpeg: Buffer, where: number, ...values: number[]): Buffer => {
  const changed = Buffer.from(jpeg);
  changed.set(values, where);
  return changed;
};
const [frame, quanta, scan, app0] = [0xc0, 0xdb, 0xda, 0xe0];
const adobe = (transform: number): Buffer =>
  bytes(0xff, 0xee, 0, 14, ...Buffer.from("Adobe"), 0, 100, 0, 0, 0, 0, transform);
const jfif = (major: number): Buffer =>
  bytes(0xff, app0, 0, 16, ...Buffer.from("JFIF\0"), major, 1, 0, 0, 1, 0, 1, 0, 0);
/** Numbers of a sequential scan as Samsung's cameras write them. */
const withScanNumbers = (jpeg: Buffer, ...values: number[]): Buffer => set(jpeg, at(jpeg, scan) + 11, ...values);
/** A frame whose height is only said behind its scan. */
const heightBehind = (jpeg: Buffer): Buffer =>
  insert(set(jpeg, at(jpeg, frame) + 5, 0, 0), jpeg.length - 2, bytes(0xff, 0xdc, 0, 4, 0, 200));
const thumbnail = await asSharp(smoothImage(64, 64)).jpeg().toBuffer();

async function pixelsOf(jpeg: Buffer, name: string): Promise<Raw> {
  await writeFile(path(name), jpeg);
  return (await tiled(path(name), path(`${name}.tif`))).pixels;
}

describe("what loses nothing of a JPEG is not called damage:", () => {
  const harmless: [name: string, jpeg: Buffer][] = [
    ["junk between segments", insert(plain, at(plain, frame), bytes(1, 2, 3, 0xff, 0, 4))],
    ["junk before the scan", insert(plain, at(plain, scan), Buffer.alloc(70_000, 7))],
    ["fill bytes before a marker", insert(plain, at(plain, quanta), bytes(0xff, 0xff, 0xff))],
    ["fill bytes and junk", insert(plain, at(plain, frame), bytes(9, 9, 0xff, 0xff))],
    ["a segment that is longer than it says", insert(plain, 2, bytes(0xff, 0xe5, 0, 4, 1, 2, 3, 4, 5, 6))],
    ["a segment without a length", insert(plain, 2, bytes(0xff, 0xe5, 0, 0))],
    ["numbers of the scan that mean nothing", withScanNumbers(plain, 0, 0, 0)],
    ["others of them", withScanNumbers(plain, 0, 63, 0x11)],
    ["Adobe's transform 2 for three channels", insert(plain, 2, adobe(2))],
    ["a transform that Adobe doesn't know", insert(plain, 2, adobe(9))],
    ["a version of JFIF that there is not", insert(plain, 2, jfif(7))],
    ["a start marker twice", insert(plain, 2, plain.subarray(0, 2))],
    ["a restart before there is anything to restart", insert(plain, at(plain, quanta), bytes(0xff, 0xd0))],
    ["no end marker", plain.subarray(0, -2)],
    ["half an end marker", plain.subarray(0, -1)],
    ["bytes behind the end", Buffer.concat([plain, Buffer.alloc(5_000, 9)])],
    ["another JPEG behind the end", Buffer.concat([plain, thumbnail])],
    ["zeros before the end", insert(plain, plain.length - 2, Buffer.alloc(7))],
    ["a height behind the scan", heightBehind(plain)],
    ["broken EXIF", insert(plain, 2, bytes(0xff, 0xe1, 0, 16, ...Buffer.from("Exif\0\0II*\0\x09\0\0\0")))],
    ["a profile that is none", insert(plain, 2, bytes(0xff, 0xe2, 0, 20, ...Buffer.from("ICC_PROFILE\0"), 1, 1, 9, 9, 9, 9))],
    ["junk in a progressive one", insert(progressive, at(progressive, 0xc2), bytes(1, 2, 3))],
    ["Adobe's transform 2 in a progressive one", insert(progressive, 2, adobe(2))],
  ]; // biome-ignore format: a row for each
  let asPlain: Raw;
  let asProgressive: Raw;
  beforeAll(async () => {
    asPlain = await pixelsOf(plain, "plain.jpg");
    asProgressive = await pixelsOf(progressive, "progressive.jpg");
  });
  it.each(harmless)("%s", async (name, jpeg) => {
    const file = path(`${name}.jpg`);
    await writeFile(file, jpeg);
    const { image, pixels } = await tiled(file, path("out.tif"));
    expect(image).toMatchObject({ format: "jpeg", widthPx: 300, heightPx: 200, channels: 3 });
    // To the last bit what becomes of the JPEG without it.
    const wanted = name.includes("progressive") ? asProgressive : asPlain;
    expect(Buffer.compare(pixels.data, wanted.data)).toBe(0);
  });

  it("CMYK whose transform is of three channels is what libjpeg takes it for", async () => {
    const marked = at(cmyk, 0xee) + 15;
    const seen = (transform: number): Promise<Raw> => pixelsOf(set(cmyk, marked, transform), "cmyk.jpg");
    const [plainCmyk, odd, ycck] = [await seen(0), await seen(1), await seen(2)];
    expect(Buffer.compare(odd.data, ycck.data)).toBe(0);
    expect(differences(plainCmyk, odd, 0, 0).all).toBeGreaterThan(12);
  });
});

describe("a JPEG that has lost something is damaged:", () => {
  const middle = Math.floor((at(plain, scan) + plain.length) / 2);
  const cut = plain.subarray(0, middle);
  const lost: [name: string, jpeg: Buffer][] = [
    ["cut half-way", cut],
    ["cut half-way, with an end", Buffer.concat([cut, bytes(0xff, 0xd9)])],
    ["cut twenty bytes before its end", plain.subarray(0, -20)],
    ["cut, and more behind it", Buffer.concat([cut, bytes(0xff, 0xd9), Buffer.alloc(100)])],
    ["cut, with an odd header", insert(cut, at(cut, frame), bytes(1, 2, 3))],
    ["cut, of an odd scan", withScanNumbers(cut, 0, 0, 0)],
    ["a progressive one cut half-way", progressive.subarray(0, progressive.length / 2)],
    ["a progressive one without an end", progressive.subarray(0, -2)],
    ["codes that there are not", set(plain, middle, ...Array.from({ length: 60 }, () => [0xff, 0]).flat())],
    ["no tables", Buffer.concat([plain.subarray(0, at(plain, quanta)), plain.subarray(at(plain, frame))])],
    // Its thumbnail would be taken for it.
    ["a thumbnail beyond its segment", insert(plain, 2, bytes(0xff, 0xe1, 0, 8, ...Buffer.from("Exif\0\0")), thumbnail)],
  ]; // biome-ignore format: a row for each
  it.each(lost)("%s", async (name, jpeg) => {
    await writeFile(path(`${name}.jpg`), jpeg);
    expect((await refusal(`${name}.jpg`)).code).toBe("CORRUPT_IMAGE");
  });

  describe("in the midst of so much that libjpeg does not look:", async () => {
    const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
    const large = await sharp({ create: { width: 1_200, height: 900, channels: 3, background: "black", noise } })
      .jpeg()
      .toBuffer();
    const half = large.length >> 1;
    const damaged: [name: string, jpeg: Buffer][] = [
      ["codes that there are not", Buffer.from(large).fill(Buffer.from([0xff, 0]), half, half + 200)],
      ["a part that is missing", Buffer.concat([large.subarray(0, half), large.subarray(half + 20_000)])],
    ];
    it.each(damaged)("%s", async (name, jpeg) => {
      await writeFile(path(`${name}.jpg`), jpeg);
      expect((await refusal(`${name}.jpg`)).code).toBe("CORRUPT_IMAGE");
    });

    it("but not the same when it is whole", async () => {
      await writeFile(path("large.jpg"), large);
      expect((await tiled(path("large.jpg"), path("out.tif"))).pixels).toMatchObject({ width: 1_200, height: 900 });
    });
  });

  it("one restart marker is missing", async () => {
    const [width, height] = [64, 64];
    const jpeg = withRestarts(await asSharp(smoothImage(width, height)).jpeg().toBuffer());
    await writeFile(path("restart.jpg"), jpeg);
    expect((await refusal("restart.jpg")).code).toBe("CORRUPT_IMAGE");
  });
});

/** Says that there are restarts, where there are none. */
const withRestarts = (jpeg: Buffer): Buffer => insert(jpeg, at(jpeg, scan), bytes(0xff, 0xdd, 0, 4, 0, 4));

describe("a JPEG of a kind that is not read is refused by name:", () => {
  const kind = (value: number): Buffer => set(plain, at(plain, frame) + 1, value);
  const others: [name: string, jpeg: Buffer, reason: RegExp][] = [
    ["12 bits", set(plain, at(plain, frame) + 4, 12), /samples of 12 bits.*save it/],
    ["lossless", kind(0xc3), /lossless.*save it/],
    ["lossless, arithmetic", kind(0xcb), /lossless and arithmetically coded.*save it/],
    ["hierarchical", kind(0xc5), /hierarchical.*save it/],
    ["differential", kind(0xce), /hierarchical.*save it/],
    ["JPEG-LS", kind(0xf7), /JPEG-LS.*save it/],
    ["two channels", set(plain, at(plain, frame) + 9, 2), /2 channels/],
  ];
  it.each(others)("%s", async (name, jpeg, reason) => {
    await writeFile(path(`${name}.jpg`), jpeg);
    const error = await refusal(`${name}.jpg`);
    expect([error.code, error.message]).toEqual(["UNSUPPORTED_FORMAT", expect.stringMatching(reason)]);
  });
});
