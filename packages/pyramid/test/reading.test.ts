import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type ByteSource,
  decodeSample,
  dziDescriptor,
  openPyramid,
  PyramidError,
  thumbnail,
  writePyramid,
} from "../src/index.ts";
import { ByteCache } from "../src/reading/byte-cache.ts";
import { readPyramidIndex } from "../src/reading/pyramid-index.ts";
import { asSharp, decode, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();
let bytes: Uint8Array;

beforeAll(async () => {
  await asSharp(smoothImage(1_000, 777)).png().toFile(path("in.png"));
  await writePyramid(path("in.png"), path("out.tif"));
  bytes = await readFile(path("out.tif"));
});

function counted(content: Uint8Array): ByteSource & { reads: number } {
  return {
    reads: 0,
    sizeBytes: content.length,
    async read(offset, length) {
      this.reads += 1;
      return content.subarray(offset, offset + length);
    },
  };
}

describe("a pyramid", () => {
  it("is opened with few reads, and an inner tile takes one and no decoding", async () => {
    const source = counted(bytes);
    const pyramid = await openPyramid(source);
    expect(source.reads).toBeLessThanOrEqual(8);
    source.reads = 0;
    const tile = await pyramid.readTile(10, 1, 1);
    expect(source.reads).toBe(1);
    expect(await sharp(tile ?? new Uint8Array()).metadata()).toMatchObject({ width: 256, height: 256, format: "jpeg" });
    // The same pixels that libvips finds in the TIFF.
    const region = await sharp(bytes).extract({ left: 256, top: 256, width: 256, height: 256 }).png().toBuffer();
    expect((await decode(tile ?? new Uint8Array())).data).toEqual((await decode(region)).data);
  });

  it("has the same tiles whether or not its source fills the memory that it is offered", async () => {
    const filling: ByteSource = {
      sizeBytes: bytes.length,
      async read(offset, length, target = new Uint8Array(length)) {
        target.set(bytes.subarray(offset, offset + length));
        return target;
      },
    };
    const pyramids = [await openPyramid(filling), await openPyramid(counted(bytes))];
    const before = Buffer.from(bytes);
    for (const [column, row] of [
      [0, 0],
      [2, 2],
      [3, 3],
    ] as const) {
      const [filled, copied] = await Promise.all(pyramids.map((pyramid) => pyramid.readTile(10, column, row)));
      expect(filled).toEqual(copied);
    }
    expect(before.equals(bytes)).toBe(true);
  });

  it("has the pixels of an edge tile as they are stored, cut to size", async () => {
    const pixels = await (await openPyramid(counted(bytes))).readPixels(10, 3, 3);
    const stored = await sharp(bytes).extract({ left: 768, top: 768, width: 232, height: 9 }).png().toBuffer();
    expect(pixels).toMatchObject({ widthPx: 232, heightPx: 9 });
    expect(Buffer.from(pixels?.data ?? []).equals((await decode(stored)).data)).toBe(true);
    expect(await (await openPyramid(counted(bytes))).readPixels(10, 4, 3)).toBeNull();
  });

  it("makes an edge tile once", async () => {
    const source = counted(bytes);
    const pyramid = await openPyramid(source);
    const first = await pyramid.readTile(10, 3, 3);
    source.reads = 0;
    expect(await pyramid.readTile(10, 3, 3)).toBe(first);
    expect(source.reads).toBe(0);
  });

  it.each([
    [11, 0, 0],
    [-1, 0, 0],
    [10, -1, 0],
    [10, 4, 0],
    [10, 0, 4],
    [10, 0.5, 0],
    [Number.NaN, 0, 0],
    [0, 0, 1],
  ])("has no tile %d/%d/%d", async (level, column, row) => {
    expect(await (await openPyramid(counted(bytes))).readTile(level, column, row)).toBeNull();
  });

  it("has a Deep Zoom descriptor", async () => {
    expect(dziDescriptor(await openPyramid(counted(bytes)))).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="jpeg" Overlap="0" TileSize="256">
  <Size Width="1000" Height="777"/>
</Image>
`);
  });

  it.each([
    [2_048, 1_000, 777],
    [400, 400, 311],
    [256, 256, 199],
    [1, 1, 1],
  ])("has a thumbnail of at most %i pixels", async (maxSizePx, width, height) => {
    const image = await thumbnail(await openPyramid(counted(bytes)), maxSizePx);
    expect(await sharp(image).metadata()).toMatchObject({ format: "jpeg", width, height });
  });

  it("has no thumbnail of absurd size", async () => {
    await expect(thumbnail(await openPyramid(counted(bytes)), 2_049)).rejects.toThrow(RangeError);
  });
});

it("says which tile it can't decode, be it stored whole or clipped at an edge", async () => {
  for (const [column, row] of [
    [0, 0],
    [3, 1],
  ] as const) {
    const damaged = Buffer.from(bytes);
    const places = (await readPyramidIndex(counted(bytes))).levels[0];
    const tile = row * (places?.columns ?? 0) + column;
    const start = places?.offsets[tile] ?? 0;
    // Its first marker stays, so that it is still taken for a tile.
    damaged.fill(0x55, start + 2, start + (places?.lengths[tile] ?? 0));
    const random = [(column + 0.5) / 4, (row + 0.5) / 4];
    const sample = decodeSample(await openPyramid(counted(damaged)), 1, () => random.shift() ?? 0);
    await expect(sample).rejects.toMatchObject({
      code: "INVALID_PYRAMID",
      message: `The pyramid cannot be read: tile ${column}, ${row} of level 10 can't be decoded.`,
    });
  }
});

describe("what is not a pyramid", () => {
  const refused = { name: "PyramidError", code: "INVALID_PYRAMID" };

  it.each([0, 8, 15, 16, 100, 5_000])("is refused at %i bytes", async (length) => {
    await expect(openPyramid(counted(bytes.subarray(0, length)))).rejects.toMatchObject(refused);
  });

  it("is refused as another TIFF, or as a source that answers with too little", async () => {
    const classic = await asSharp(smoothImage(64, 64)).tiff({ tile: true }).toBuffer();
    await expect(openPyramid(counted(classic))).rejects.toMatchObject(refused);
    const miserly = { sizeBytes: bytes.length, read: async () => bytes.subarray(0, 3) };
    await expect(openPyramid(miserly)).rejects.toMatchObject(refused);
  });

  it("is refused or read, whatever byte of its index is wrong, and never anything else", async () => {
    const header = Buffer.from(bytes);
    const first = Number(header.readBigUInt64LE(8));
    let refusals = 0;
    for (let at = 0; at < 600; at++) {
      const damaged = Buffer.from(bytes);
      // The header, then the first directory with the fields of full size.
      const position = at < 16 ? at : first + at - 16;
      if (position >= damaged.length) break;
      damaged[position] = (damaged[position] ?? 0) ^ 0xff;
      const error = await openPyramid(counted(damaged)).then(
        () => null,
        (reason: unknown) => reason,
      );
      if (error === null) continue;
      expect(error).toBeInstanceOf(PyramidError);
      expect(error).toMatchObject(refused);
      refusals += 1;
    }
    expect(refusals).toBeGreaterThan(100);
  });
});

it("a cache keeps what was used last, up to its bytes", () => {
  const cache = new ByteCache<string>(10);
  cache.set("a", "A", 4);
  cache.set("b", "B", 4);
  expect(cache.get("a")).toBe("A");
  cache.set("c", "C", 4);
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual(["A", undefined, "C"]);
  cache.set("d", "D", 11);
  expect([cache.get("a"), cache.get("c"), cache.get("d")]).toEqual([undefined, undefined, undefined]);
});
