import { writeFile } from "node:fs/promises";
import { crc32, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { differences } from "./expected-levels.ts";
import { refusalIn } from "./refusal.ts";
import { asSharp, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";
import { tiled } from "./tiled.ts";

const path = tempDir();
const refusal = refusalIn(path);
const picture = smoothImage(300, 200);
const plain = await asSharp(picture).png().toBuffer();
const deep = await asSharp(picture).toColourspace("rgb16").png().toBuffer();

const uint = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
};
const isRight = 0;
/** @param wrongBits of its checksum. */
function chunk(name: string, content: Uint8Array = new Uint8Array(0), wrongBits = isRight): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
  return Buffer.concat([uint(content.length), named, uint((crc32(named) ^ wrongBits) >>> 0)]);
}
const behindHeader = 33;
const end = plain.length - 12;
const insert = (png: Buffer, at: number, ...chunks: Buffer[]): Buffer =>
  Buffer.concat([png.subarray(0, at), ...chunks, png.subarray(at)]);
const pixelsAt = plain.indexOf("IDAT");
const profile = (content: Uint8Array): Buffer => chunk("iCCP", Buffer.concat([Buffer.from("p\0\0"), content]));
const zeros = deflateSync(Buffer.alloc(200));
const frame = Buffer.concat([uint(0, 300, 200, 0, 0), Buffer.from([0, 1, 0, 1, 0, 0])]);

describe("what loses nothing of a PNG is not called damage:", () => {
  const harmless: [name: string, png: Buffer][] = [
    ["a text with a wrong checksum", insert(plain, behindHeader, chunk("tEXt", Buffer.from("a\0b"), 1))],
    ["a text that is none", insert(plain, behindHeader, chunk("zTXt", Buffer.from("a\0\0junk")))],
    ["EXIF that is none", insert(plain, behindHeader, chunk("eXIf", Buffer.from("junk")))],
    ["a profile that is none", insert(plain, behindHeader, profile(zeros))],
    ["the same with 16 bits", insert(deep, behindHeader, profile(zeros))],
    ["a profile that can't be decompressed", insert(plain, behindHeader, profile(Buffer.from("junk")))],
    ["a gamma of nothing, twice", insert(plain, behindHeader, chunk("gAMA", uint(0)), chunk("gAMA", uint(0)))],
    ["an unknown chunk with a wrong checksum", insert(plain, behindHeader, chunk("abCd", Buffer.alloc(9), 1))],
    ["bytes behind the end", Buffer.concat([plain, Buffer.alloc(5_000, 9)])],
    ["no end", plain.subarray(0, end)],
    ["an animation", insert(plain, behindHeader, chunk("acTL", uint(1, 0)), chunk("fcTL", frame))],
  ];
  it.each(harmless)("%s", async (name, png) => {
    await writeFile(path(`${name}.png`), png);
    const { image, pixels } = await tiled(path(`${name}.png`), path("out.tif"));
    expect(image).toMatchObject({ format: "png", widthPx: 300, heightPx: 200, channels: 3 });
    expect(differences(picture, pixels, 0, 0).all).toBeLessThan(0.7);
  });
});

describe("a PNG that has lost something is damaged:", () => {
  const changed = (at: number): Buffer => {
    const png = Buffer.from(plain);
    png[at] = (png[at] ?? 0) ^ 1;
    return png;
  };
  const lost: [name: string, png: Buffer][] = [
    ["a wrong checksum of pixels", changed(end - 1)],
    ["one bit of its pixels", changed(pixelsAt + 500)],
    ["cut half-way", plain.subarray(0, plain.length / 2)],
    ["cut half-way, with an end", Buffer.concat([plain.subarray(0, plain.length / 2), plain.subarray(end)])],
  ];
  it.each(lost)("%s", async (name, png) => {
    await writeFile(path(`${name}.png`), png);
    expect((await refusal(`${name}.png`)).code).toBe("CORRUPT_IMAGE");
  });
});
