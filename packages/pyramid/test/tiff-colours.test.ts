import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { openFileSource, openSourceView, writePyramid } from "../src/index.ts";
import { blankJpeg } from "../src/jpeg/blank-jpeg.ts";
import { composeTiff, type Picture, type } from "./composed-tiff.ts";
import { jpegTiles, tiledPage } from "./jpeg-tiles.ts";
import { channelOf, samplesPage } from "./raw-page.ts";
import { asSharp, decode, type Raw, smoothImage } from "./smooth-image.ts";
import { hasVips } from "./system-vips.ts";
import { tempDir } from "./temp-dir.ts";
import { differenceOf, pixelAt, shownOfTiff, tileFields, tilesOf, withChannels } from "./tiff-picture.ts";

const path = tempDir();
const picture = smoothImage(300, 200);
const { width, height } = picture;
/** Colours far from grey: what is taken for another kind of colours can't be missed. */
const vivid: Raw = {
  ...picture,
  data: picture.data.map((value, i) => [value, 255 - value, 30][i % 3] ?? 0),
};
const grey: Raw = { ...picture, data: Uint8Array.from(Array.from(channelOf(picture, 1)).flatMap((v) => [v, v, v])) };

const jpegPage = (photometric: number, tiles: readonly Uint8Array[], side: number, samples = 3): Picture => ({
  fields: [
    [256, type.long, [width]],
    [257, type.long, [height]],
    [258, type.short, Array(samples).fill(8)],
    [259, type.short, [7]],
    [262, type.short, [photometric]],
    [277, type.short, [samples]],
    [284, type.short, [1]],
    ...tileFields(side),
  ],
  tiles,
});

async function jpegsOf(raw: Raw, side: number, chromaSubsampling: string): Promise<Buffer[]> {
  const tiles = tilesOf(raw.data, 3, raw.width, side);
  return Promise.all(
    tiles.map((data) =>
      asSharp({ data, width: side, height: side }).jpeg({ quality: 95, chromaSubsampling }).toBuffer(),
    ),
  );
}

/** As most encoders begin what they have transformed; sharp leaves it out. */
const jfif = Buffer.from([0xff, 0xe0, 0, 16, ...Buffer.from("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0]);
const asJfif = (jpeg: Buffer): Buffer => Buffer.concat([jpeg.subarray(0, 2), jfif, jpeg.subarray(2)]);

describe("JPEG is of the colours that its stream says, whatever the directory does:", () => {
  it.each([
    ["chroma at half the resolution that is called RGB", 2, "4:2:0", 256],
    ["the same in tiles that can't be taken over", 2, "4:2:0", 128],
    ["JFIF in full resolution that is called RGB", 2, "4:4:4", 128],
    ["chroma in full resolution, its directory silent on that", 6, "4:4:4", 128],
  ])("%s", async (_, photometric, chroma, side) => {
    const tiles = (await jpegsOf(vivid, side, chroma)).map(asJfif);
    const page = jpegPage(photometric, tiles, side);
    expect(differenceOf(await shownOfTiff(path("says.tif"), [page]), vivid)).toBeLessThan(4);
    const source = await openFileSource(path("says.tif"));
    const view = await openSourceView(source, 512);
    const tile = await view?.readTile((view?.levelCount ?? 0) - 1, 0, 0);
    await source.close();
    expect(differenceOf(await decode(tile ?? new Uint8Array()), vivid)).toBeLessThan(4);
  });

  it("RGB by the names of its components that is called YCbCr", async () => {
    const tiles = await jpegTiles(vivid, 256, 95, path("draft.tif"));
    const page = tiledPage({ ...tiles, level: { ...tiles.level, photometric: 6 } }, 256);
    expect(differenceOf(await shownOfTiff(path("named.tif"), [page]), vivid)).toBeLessThan(4);
  });

  it("what is taken over is called what it is", async () => {
    const tiles = await jpegsOf(vivid, 256, "4:2:0");
    await writeFile(path("reused.tif"), composeTiff([jpegPage(2, tiles, 256)]));
    const { reusedTileCount } = await writePyramid(path("reused.tif"), path("reused.pyramid.tif"));
    expect(reusedTileCount).toBe(2);
    expect(differenceOf(await decode(path("reused.pyramid.tif")), vivid)).toBeLessThan(4);
  });

  it.each([
    ["transparency", 2, [255, 255, 255]],
    ["infrared", 0, [10, 60, 200]],
  ])("four components are RGB and %s", async (_, extra, behind) => {
    const components = [0, 1, 2, 3].map((id) => ({
      id,
      horizontalSampling: 1,
      verticalSampling: 1,
      quantisationTable: 3,
    }));
    const frame = { widthPx: 256, heightPx: 256, precision: 8, coding: 0xc0, components };
    const tiles = [blankJpeg(frame, [200, 80, 40, 255], 256), blankJpeg(frame, [10, 60, 200, 0], 256)];
    const page = jpegPage(2, tiles, 256, 4);
    const shown = await shownOfTiff(path("four.tif"), [
      { ...page, fields: [...page.fields, [338, type.short, [extra]]] },
    ]);
    for (const [i, value] of pixelAt(shown, 20, 20).entries()) expect(value).toBeCloseTo([200, 80, 40][i] ?? 0, -1);
    for (const [i, value] of pixelAt(shown, 290, 20).entries()) expect(value).toBeCloseTo(behind[i] ?? 0, -1);
  });
});

const planesOf = (samples: Uint8Array, channels: number): Uint8Array[] =>
  Array.from({ length: channels }, (_, channel) => samples.filter((__, i) => i % channels === channel));
const page = (channels: number, strips: Uint8Array[], extraSamples: number[], photometric = 2): Picture =>
  samplesPage({ width, height, channels, bits: 8, photometric, extraSamples, strips });
const four = withChannels(vivid, 0);
const two = Uint8Array.from(Array.from(channelOf(picture, 1)).flatMap((value) => [value, 0]));
const tiled = ({ fields }: Picture, tiles: readonly Uint8Array[]): Picture => ({
  fields: [...fields, ...tileFields(64)],
  tiles,
});

describe("channels:", () => {
  const white: Raw = { ...picture, data: new Uint8Array(picture.data.length).fill(255) };
  const cases: [name: string, pages: Picture, seen: Raw][] = [
    ["one more than the colours that is no transparency", page(4, [four], [0]), vivid],
    ["one that is transparency", page(4, [four], [2]), white],
    ["one that is transparency, multiplied into the colours", page(4, [withChannels(vivid, 255)], [1]), vivid],
    ["one more than grey", page(2, [two], [0], 1), grey],
    ["planes of RGB", page(3, planesOf(vivid.data, 3), []), vivid],
    ["planes of RGB and infrared", page(4, planesOf(four, 4), [0]), vivid],
    ["planes of RGB and transparency", page(4, planesOf(withChannels(vivid, 255), 4), [2]), vivid],
    ["planes of RGB that are transparent", page(4, planesOf(four, 4), [2]), white],
    ["planes of RGB and three more", page(6, planesOf(withChannels(vivid, 1, 2, 3), 6), [0, 0, 0]), vivid],
    ["planes of grey and another", page(2, planesOf(two, 2), [0], 1), grey],
    ["planes that are marked as grey", page(5, planesOf(withChannels(vivid, 1, 2), 5), [0, 0, 0, 0], 1), vivid],
    [
      "tiles of planes",
      tiled(
        page(3, planesOf(vivid.data, 3), []),
        planesOf(vivid.data, 3).flatMap((plane) => tilesOf(plane, 1, width, 64)),
      ),
      vivid,
    ],
    [
      "tiles of one plane, which are as any others",
      (({ fields }) =>
        tiled(
          { fields: fields.map((field) => (field[0] === 284 ? [284, type.short, [2]] : field)) },
          tilesOf(channelOf(picture, 1), 1, width, 64),
        ))(page(1, [], [], 1)),
      grey,
    ],
    ["three that are marked as grey", page(3, [vivid.data], [0, 0], 1), vivid],
    ["three that are marked as grey, and nothing more said of them", page(3, [vivid.data], [], 1), vivid],
  ];
  it.each(cases)("%s", async (_, picture, seen) => {
    expect(differenceOf(await shownOfTiff(path("channels.tif"), [picture]), seen)).toBeLessThan(3);
  });

  it.runIf(hasVips).each([
    ["RGB and three more", page(6, [withChannels(vivid, 1, 2, 3)], [0, 0, 0])],
    ["RGB, infrared and transparency", page(5, [withChannels(vivid, 90, 255)], [0, 2])],
    ["eight that are marked as grey", page(8, [withChannels(vivid, 1, 2, 3, 4, 5)], Array(7).fill(0), 1)],
  ])("%s: the colours", async (_, picture) => {
    expect(differenceOf(await shownOfTiff(path("many.tif"), [picture]), vivid)).toBeLessThan(3);
  });

  it.each([true, false])("planes of 16 bits, little-endian: %s", async (little) => {
    const planes = planesOf(vivid.data, 3).map((plane) => {
      const bytes = Buffer.alloc(plane.length * 2);
      for (const [i, value] of plane.entries())
        little ? bytes.writeUInt16LE(value * 257, i * 2) : bytes.writeUInt16BE(value * 257, i * 2);
      return bytes;
    });
    const picture = samplesPage({ width, height, channels: 3, bits: 16, strips: planes });
    expect(differenceOf(await shownOfTiff(path("planes16.tif"), [picture], { little }), vivid)).toBeLessThan(3);
  });
});
