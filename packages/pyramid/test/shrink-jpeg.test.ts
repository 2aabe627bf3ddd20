import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { shrinkJpeg } from "../src/preview/shrink/shrink-jpeg.ts";
import { mostDifference } from "./expected-levels.ts";
import { decode, type Raw } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();
const run = promisify(execFile);
/** Neither is a multiple of 8, nor of 16. */
const size = { width: 1_043, height: 611 };
/** Blocks with much detail: what is not read past to the last bit would ruin all that follows. */
const noisy = (): Sharp =>
  sharp({
    create: { ...size, channels: 3, background: "grey", noise: { type: "gaussian", mean: 128, sigma: 40 } },
  });

let source: Buffer;
beforeAll(async () => {
  source = await noisy().tint("#d060a0").toColourspace("srgb").png().toBuffer();
});

const jpeg = (options: Parameters<Sharp["jpeg"]>[0]) => sharp(source).jpeg(options);
const eighth = async (name: string, facts = {}) => shrinkJpeg(path(name), path("eighth.tif"), facts);
/** The JPEG by libjpeg itself, which at this size makes of each block its mean, too. */
async function byLibjpeg(name: string): Promise<Raw> {
  await run("vips", ["copy", `${path(name)}[shrink=8]`, path("shrunk.png")]);
  return decode(path("shrunk.png"));
}

describe("an eighth of a JPEG is libjpeg's", () => {
  it.each<[string, Parameters<Sharp["jpeg"]>[0]]>([
    ["full resolution of colour", { quality: 92, chromaSubsampling: "4:4:4" }],
    ["its own Huffman tables", { quality: 60, chromaSubsampling: "4:4:4", optimiseCoding: true }],
    ["those of the standard", { quality: 98, chromaSubsampling: "4:4:4", optimiseCoding: false }],
    ["hardly any detail", { quality: 1, chromaSubsampling: "4:4:4" }],
  ])("%s", async (_, options) => {
    await jpeg(options).toFile(path("a.jpg"));
    expect(await eighth("a.jpg")).toBe(true);
    const made = await decode(path("eighth.tif"));
    expect(made).toMatchObject({ width: 130, height: 76 });
    expect(mostDifference(made, await byLibjpeg("a.jpg"))).toBeLessThanOrEqual(1);
  });

  it("grey", async () => {
    await sharp(source).toColourspace("b-w").jpeg().toFile(path("grey.jpg"));
    expect((await sharp(path("grey.jpg")).metadata()).channels).toBe(1);
    expect(await eighth("grey.jpg")).toBe(true);
    expect(mostDifference(await decode(path("eighth.tif")), await byLibjpeg("grey.jpg"))).toBeLessThanOrEqual(1);
  });

  it.each([1, 7, 131, 500])("a restart marker every %i units", async (interval) => {
    await writeFile(path("source.png"), source);
    const option = `[Q=90,subsample-mode=off,restart-interval=${interval}]`;
    await run("vips", ["copy", path("source.png"), `${path("restarts.jpg")}${option}`]);
    expect(await eighth("restarts.jpg")).toBe(true);
    expect(mostDifference(await decode(path("eighth.tif")), await byLibjpeg("restarts.jpg"))).toBeLessThanOrEqual(1);
  });

  it("red, green and blue as they are", async () => {
    const stored = await jpeg({ quality: 90, chromaSubsampling: "4:4:4" }).toBuffer();
    // Adobe's marker for colours without a transform, instead of JFIF's where there is one.
    const adobe = Buffer.from([0xff, 0xee, 0, 14, ...Buffer.from("Adobe"), 0, 100, 0, 0, 0, 0, 0]);
    const behindJfif = stored[3] === 0xe0 ? 4 + stored.readUInt16BE(4) : 2;
    await writeFile(path("rgb.jpg"), Buffer.concat([stored.subarray(0, 2), adobe, stored.subarray(behindJfif)]));
    expect(await eighth("rgb.jpg")).toBe(true);
    expect(mostDifference(await decode(path("eighth.tif")), await byLibjpeg("rgb.jpg"))).toBeLessThanOrEqual(1);
  });

  it("at half the resolution of colour, but for the detail that libjpeg still takes of it", async () => {
    const flat = await sharp(source)
      .resize(131, 77)
      .resize({ ...size, fit: "fill", kernel: "nearest" })
      .toBuffer();
    await sharp(flat).jpeg({ quality: 95, chromaSubsampling: "4:2:0" }).toFile(path("half.jpg"));
    expect(await eighth("half.jpg")).toBe(true);
    const [made, shrunk] = [await decode(path("eighth.tif")), await byLibjpeg("half.jpg")];
    expect([made.width, made.height]).toEqual([shrunk.width, shrunk.height]);
    const mean =
      made.data.reduce((sum, value, i) => sum + Math.abs(value - (shrunk.data[i] ?? 0)), 0) / made.data.length;
    expect(mean).toBeLessThan(4);
  });
});

it("keeps what the file says of its colours and its orientation", async () => {
  await jpeg({ quality: 90 }).withIccProfile("p3").withMetadata({ orientation: 6 }).toFile(path("facts.jpg"));
  const { icc, orientation } = await sharp(path("facts.jpg")).metadata();
  expect(await eighth("facts.jpg", { icc, orientation })).toBe(true);
  const kept = await sharp(path("eighth.tif")).metadata();
  expect(kept.icc?.equals(icc ?? Buffer.alloc(0))).toBe(true);
  expect(kept).toMatchObject({ orientation: 6, width: 130, height: 76 });
});

describe("is not made of", () => {
  it.each<[string, () => Promise<Buffer>]>([
    ["a progressive JPEG", () => jpeg({ progressive: true }).toBuffer()],
    ["four inks", () => sharp(source).toColourspace("cmyk").jpeg().toBuffer()],
    ["another format", async () => source],
    ["nothing", async () => Buffer.alloc(0)],
    ["half a JPEG", async () => (await jpeg({}).toBuffer()).subarray(0, 20_000)],
    ["a JPEG without tables", async () => Buffer.from("ffd8ffda0002ffd9", "hex")],
  ])("%s", async (_, bytes) => {
    await writeFile(path("other"), await bytes());
    expect(await eighth("other")).toBe(false);
  });

  it("damaged pixels, or shows what is left of them", async () => {
    const whole = await jpeg({ quality: 90 }).toBuffer();
    for (let seed = 1; seed <= 30; seed++) {
      const damaged = Buffer.from(whole);
      const at = 700 + ((seed * 7_919) % (whole.length - 800));
      damaged.fill(seed % 3 === 0 ? 0xff : seed * 37, at, at + 1 + (seed % 50));
      await writeFile(path("damaged.jpg"), damaged);
      expect([true, false]).toContain(await eighth("damaged.jpg"));
    }
    expect((await readFile(path("eighth.tif"))).length).toBeGreaterThan(0);
  });
});
