import { mkdir, readFile } from "node:fs/promises";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { levelsOf } from "../src/admission/blocks.ts";
import { probe } from "../src/admission/probe.ts";
import {
  decodeSample,
  iiifImage,
  iiifInfo,
  openPyramid,
  parseIiif,
  tileJson,
  writePyramid,
  xyzTile,
} from "../src/index.ts";
import { completeLimits, completeSettings } from "../src/limits.ts";
import { makePyramid } from "../src/making/make-pyramid.ts";
import { differences } from "./expected-levels.ts";
import { asSharp, decode, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();
const picture = smoothImage(1_203, 777);
let bytes: Buffer;
beforeAll(async () => {
  await asSharp(picture).png().toFile(path("source.png"));
  await writePyramid(path("source.png"), path("pyramid.tif"), { settings: { tileFormat: "webp" } });
  bytes = await readFile(path("pyramid.tif"));
});

const open = (content: Buffer) =>
  openPyramid({
    sizeBytes: content.length,
    read: async (offset, length) => content.subarray(offset, offset + length),
  });

it("of an image in several parts, the tiles of all parts are found", async () => {
  const making = { sourcePath: path("source.png"), targetPath: path("parts.tif"), scratchPath: path("parts") };
  await mkdir(making.scratchPath);
  const probed = await probe(making.sourcePath, making.scratchPath, 256, completeLimits());
  const part = { topPx: 0, heightPx: 777 };
  const blocks = [
    { ...part, leftPx: 0, widthPx: 512 },
    { ...part, leftPx: 512, widthPx: 691 },
  ];
  const plan = { blocks, padded: true, levels: levelsOf(probed.image, 256, true, 2) };
  const settings = completeSettings({ tileFormat: "webp" });
  await makePyramid({ ...making, settings }, { ...probed, plan }, () => {});
  const [whole, inParts] = await Promise.all([open(bytes), open(await readFile(making.targetPath))]);
  for (const column of [0, 1, 2, 3, 4]) {
    expect(await inParts.readTile(11, column, 1)).toEqual(await whole.readTile(11, column, 1));
  }
});

describe("a damaged tile is found", () => {
  const tileAt = (content: Buffer) => content.indexOf("RIFF");

  it.each<[string, (content: Buffer) => unknown]>([
    ["zeros", (content) => content.fill(0, tileAt(content), tileAt(content) + 2_000)],
    ["no key frame", (content) => content.fill(0xff, tileAt(content) + 20, tileAt(content) + 30)],
  ])("with %s in it", async (_, damage) => {
    const damaged = Buffer.from(bytes);
    damage(damaged);
    // The first of the file, which is the upper left of full size.
    const firstOfLevel = () => 0;
    await expect(decodeSample(await open(bytes), 1, firstOfLevel)).resolves.toBeUndefined();
    await expect(decodeSample(await open(damaged), 1, firstOfLevel)).rejects.toMatchObject({ code: "INVALID_PYRAMID" });
  });
});

it("a tile of another length than it says is not served", async () => {
  const damaged = Buffer.from(bytes);
  damaged.writeUInt32LE(77, damaged.indexOf("RIFF") + 4);
  await expect((await open(damaged)).readTile(11, 0, 0)).rejects.toMatchObject({ code: "INVALID_PYRAMID" });
});

describe("by IIIF", () => {
  const ask = async (address: string) => {
    const pyramid = await open(bytes);
    const [region = "", size = "", rotation = "", file = ""] = address.split("/");
    return iiifImage(pyramid, parseIiif(pyramid, { region, size, rotation, file }));
  };

  it("a stored tile is served as it is, and decoded where another format is asked for", async () => {
    const stored = await (await open(bytes)).readTile(11, 1, 1);
    expect(await ask("256,256,256,256/256,256/0/default.webp")).toEqual(stored);
    const asJpeg = await ask("256,256,256,256/256,256/0/default.jpg");
    expect((await sharp(asJpeg).metadata()).format).toBe("jpeg");
    const { data } = await decode(stored ?? new Uint8Array());
    expect(differences({ data, width: 256, height: 256 }, await decode(asJpeg), 0, 0).all).toBeLessThan(1.5);
  });

  it("any region is made as WebP too, and the description says so", async () => {
    const region = await ask("100,50,400,300/200,150/0/gray.webp");
    expect(await sharp(region).metadata()).toMatchObject({ format: "webp", width: 200, height: 150 });
    expect(iiifInfo(await open(bytes), "http://127.0.0.1/iiif/x")).toMatchObject({
      preferredFormats: ["webp"],
      extraFormats: ["webp"],
    });
  });
});

it("map viewers get WebP, at the image's edge as well", async () => {
  const pyramid = await open(bytes);
  expect(await xyzTile(pyramid, 3, 1, 1)).toEqual(await pyramid.readTile(11, 1, 1));
  const corner = await xyzTile(pyramid, 3, 4, 3, "filled");
  expect(await sharp(corner ?? "").metadata()).toMatchObject({ format: "webp", width: 256, height: 256 });
  expect(tileJson(pyramid, "/{z}/{x}/{y}.webp")).toMatchObject({ format: "webp" });
});
