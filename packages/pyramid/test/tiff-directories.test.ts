import { writeFile } from "node:fs/promises";
import { deflateSync } from "node:zlib";
import type { TiffOptions } from "sharp";
import { describe, expect, it } from "vitest";
import { inspectImage, writePyramid } from "../src/index.ts";
import { composeTiff, type Picture, type } from "./composed-tiff.ts";
import { channelOf, plainPage, samplesPage } from "./raw-page.ts";
import { refusalIn } from "./refusal.ts";
import { asSharp, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";
import {
  differenceOf,
  picturesIn,
  pixelAt,
  shownOf,
  shownOfTiff,
  tileFields,
  tilesOf,
  withChannels,
} from "./tiff-picture.ts";

const path = tempDir();
const refusal = refusalIn(path);
const picture = smoothImage(300, 200);
const { width, height } = picture;
const loss = 3;

const bytesOf = (text: string): Uint8Array => Buffer.from(text, "latin1");
const page = (more: Picture["fields"] = []): Picture => plainPage(picture, more);
const without = ({ fields, ...rest }: Picture, ...ids: number[]): Picture => ({
  ...rest,
  fields: fields.filter(([id]) => !ids.includes(id)),
});
const tiled: Picture = {
  fields: [...page().fields, ...tileFields(64)],
  tiles: tilesOf(picture.data, 3, width, 64),
};

describe("what is odd about a directory alone is no damage:", () => {
  const fields: [name: string, more: Picture["fields"]][] = [
    ["a text without its end", [[270, type.ascii, bytesOf("no end")]]],
    ["a text with two ends", [[305, type.ascii, bytesOf("Soft\0ware\0")]]],
    ["a text that is filled up", [[271, type.ascii, bytesOf("Maker\0\0\0\0\0\0\0")]]],
    ["a text of an unknown field", [[50_000 + 999, type.ascii, bytesOf("none")]]],
    ["one number of a page", [[297, type.short, [1]]]],
    ["an unknown unit of resolution", [[296, type.short, [9]]]],
    ["a resolution in words", [[282, type.ascii, "300"]]],
    ["a resolution of nothing", [[282, type.rational, [0, 0, 0, 0, 0, 0, 0, 0].map(Number)]]],
    ["no orientation", [[274, type.short, [0]]]],
    ["an orientation beyond all", [[274, type.short, [9]]]],
    ["an orientation of another type", [[274, type.ascii, "top"]]],
    ["names of inks", [[333, type.ascii, bytesOf("Cyan\0Magenta\0Yellow\0")]]],
    [
      "a field twice",
      [
        [305, type.ascii, "one"],
        [305, type.ascii, "two"],
      ],
    ],
    ["an EXIF directory that is nowhere", [[34_665, type.long, [0xffff_fff0]]]],
    ["EXIF without a place", [[34_665, type.short, [7]]]],
    ["a GPS directory that is nowhere", [[34_853, type.long, [0xffff_fff0]]]],
    ["a picture below that is nowhere", [[330, type.long, [0xffff_fff0]]]],
    ["words of Photoshop", [[34_377, type.ascii, bytesOf("8BIM")]]],
    ["a profile that is none", [[34_675, type.undefined, bytesOf("not a profile at all, and too short for one")]]],
    ["a field of no values", [[306, type.ascii, new Uint8Array(0)]]],
    ["more kinds of samples than channels", [[338, type.short, [0]]]],
  ];
  it.each(fields)("%s", async (_, more) => {
    const seen = await shownOfTiff(path("odd.tif"), [page(more)]);
    expect(differenceOf(seen, picture)).toBeLessThan(loss);
  });

  it.each(fields)("%s, and yet a picture that is cut off is damaged", async (_, more) => {
    const bytes = composeTiff([page(more)]);
    const strip = bytes.indexOf(picture.data.subarray(0, 64));
    // The pixels are said to be where the file ends before they do.
    const end = bytes.length - 30_000;
    for (let at = bytes.readUInt32LE(4) + 2; ; at += 12) {
      if (bytes.readUInt16LE(at) !== 273) continue;
      expect(bytes.readUInt32LE(at + 8)).toBe(strip);
      bytes.writeUInt32LE(end, at + 8);
      break;
    }
    await writeFile(path("cut.tif"), bytes);
    expect((await refusal("cut.tif")).code).toBe("CORRUPT_IMAGE");
  });

  it.each([
    ["its fields out of order", (entries: Buffer[]) => entries.toReversed()],
    ["two of its fields exchanged", ([a, b, ...rest]: Buffer[]) => [b, a, ...rest]],
  ])("%s", async (_, reorder) => {
    const bytes = composeTiff([page()]);
    const at = bytes.readUInt32LE(4);
    const count = bytes.readUInt16LE(at);
    const entries = Array.from({ length: count }, (__, i) =>
      Buffer.from(bytes.subarray(at + 2 + i * 12, at + 14 + i * 12)),
    );
    for (const [i, entry] of reorder(entries).entries()) entry?.copy(bytes, at + 2 + i * 12);
    await writeFile(path("order.tif"), bytes);
    expect(differenceOf(await shownOf(path("order.tif")), picture)).toBeLessThan(loss);
  });

  it.each([
    ["itself", (first: number) => first],
    ["nowhere", () => 0xffff_fff0],
    ["pixels", () => 16],
  ])("the directory behind the image leads to %s", async (_, next) => {
    const bytes = composeTiff([page()]);
    const at = bytes.readUInt32LE(4);
    bytes.writeUInt32LE(next(at), at + 2 + bytes.readUInt16LE(at) * 12);
    await writeFile(path("behind.tif"), bytes);
    expect(differenceOf(await shownOf(path("behind.tif")), picture)).toBeLessThan(loss);
  });

  it.each([
    ["one strip", [picture.data], height],
    ["several", [0, 1, 2, 3].map((i) => picture.data.subarray(i * 50 * width * 3, (i + 1) * 50 * width * 3)), 50],
  ])("lengths of %s that are 0, or missing", async (_, strips, rows) => {
    const whole: Picture = { fields: [...without(page(), 278).fields, [278, type.long, [rows]]], strips };
    for (const compression of [1, 8]) {
      const stored = compression === 1 ? strips : strips.map((strip) => deflateSync(strip));
      const fields = whole.fields.map((field) =>
        field[0] === 259 ? ([259, type.short, [compression]] as const) : field,
      );
      const bytes = composeTiff([{ fields, strips: stored }]);
      const at = bytes.readUInt32LE(4);
      const entry =
        Array.from({ length: bytes.readUInt16LE(at) }, (__, i) => at + 2 + i * 12).find(
          (each) => bytes.readUInt16LE(each) === 279,
        ) ?? 0;
      const values = strips.length > 1 ? bytes.readUInt32LE(entry + 8) : entry + 8;
      const zeros = Buffer.from(bytes).fill(0, values, values + 4 * strips.length);
      await writeFile(path("zero.tif"), zeros);
      expect(differenceOf(await shownOf(path("zero.tif")), picture)).toBeLessThan(loss);
      // A number that no field has.
      bytes.writeUInt16LE(60_000, entry);
      await writeFile(path("missing.tif"), bytes);
      expect(differenceOf(await shownOf(path("missing.tif")), picture)).toBeLessThan(loss);
    }
  });

  it.each([
    [true, true],
    [false, false],
    [false, true],
  ])("samples of 16 bits, little-endian: %s, in a BigTIFF: %s", async (little, big) => {
    const wide = Buffer.alloc(picture.data.length * 2);
    for (const [i, value] of picture.data.entries()) {
      if (little) wide.writeUInt16LE(value * 257, i * 2);
      else wide.writeUInt16BE(value * 257, i * 2);
    }
    const odd = samplesPage({ width, height, channels: 3, bits: 16, strips: [wide] }, [
      [270, type.ascii, bytesOf("odd")],
    ]);
    expect(differenceOf(await shownOfTiff(path("wide.tif"), [odd], { little, big }), picture)).toBeLessThan(loss);
  });

  it("a slide's directory: its tiles are taken over all the same", async () => {
    const tiles = tilesOf(picture.data, 3, width, 256);
    const jpegs = tiles.map((data) =>
      asSharp({ data, width: 256, height: 256 }).jpeg({ chromaSubsampling: "4:2:0" }).toBuffer(),
    );
    const fields = [
      ...without(
        page([
          [305, type.ascii, bytesOf("Odd\0\0")],
          [530, type.short, [2, 2]],
        ]),
        259,
        262,
        278,
      ).fields,
    ];
    const slide: Picture = {
      fields: [...fields, [259, type.short, [7]], [262, type.short, [6]], ...tileFields(256)],
      tiles: await Promise.all(jpegs),
    };
    await writeFile(path("slide.tif"), composeTiff([slide]));
    const { reusedTileCount } = await writePyramid(path("slide.tif"), path("slide.pyramid.tif"));
    expect(reusedTileCount).toBe(2);
    expect(differenceOf(await shownOf(path("slide.tif")), picture)).toBeLessThan(loss);
  });
});

describe("what is tidy is read in place, without a copy:", () => {
  const geo: Picture["fields"] = [
    [34_735, type.short, [1, 1, 0, 0]],
    [42_112, type.ascii, "<GDALMetadata/>"],
  ];
  const writes: [name: string, write: (file: string) => Promise<unknown>][] = [
    ["strips of sharp's", (file) => asSharp(picture).tiff({ compression: "lzw" }).toFile(file)],
    ["tiles of sharp's", (file) => asSharp(picture).tiff({ tile: true, compression: "deflate" }).toFile(file)],
    [
      "a pyramid of sharp's",
      (file) => asSharp(picture).tiff({ tile: true, pyramid: true, compression: "jpeg" }).toFile(file),
    ],
    [
      "a profile and EXIF",
      (file) => asSharp(picture).withMetadata({ density: 300, orientation: 1 }).tiff().toFile(file),
    ],
    ["a map's fields", (file) => writeFile(file, composeTiff([page(geo)]))],
    ["a page behind a label", (file) => writeFile(file, composeTiff([plainPage(smoothImage(50, 30)), page()]))],
  ];
  it.each(writes)("%s", async (_, write) => {
    await write(path("tidy.tif"));
    const copied: number[] = [];
    await writePyramid(path("tidy.tif"), path("tidy.pyramid.tif"), { onCopied: (share) => copied.push(share) });
    expect(copied).toEqual([]);
  });

  it("and of a copy it is told how far it is", async () => {
    await writeFile(path("told.tif"), composeTiff([page([[297, type.short, [1]]])]));
    const copied: number[] = [];
    await writePyramid(path("told.tif"), path("told.pyramid.tif"), { onCopied: (share) => copied.push(share) });
    expect(copied.at(-1)).toBe(1);
    expect(copied).toEqual(copied.toSorted((a, b) => a - b));
  });
});

describe("strips and tiles that are left out are background:", () => {
  /** Without its first tile and its last; `composeTiff` gives an empty one a place, which is taken away again. */
  function sparse({ fields, tiles = [], strips = [] }: Picture, hasPlace: boolean): Buffer {
    const pieces = [...(tiles.length > 0 ? tiles : strips)];
    pieces[0] = new Uint8Array(0);
    pieces[pieces.length - 1] = new Uint8Array(0);
    const bytes = composeTiff([tiles.length > 0 ? { fields, tiles: pieces } : { fields, strips: pieces }]);
    const at = bytes.readUInt32LE(4);
    for (let entry = at + 2; !hasPlace && entry < at + 2 + bytes.readUInt16LE(at) * 12; entry += 12) {
      if (![273, 324].includes(bytes.readUInt16LE(entry))) continue;
      bytes.writeUInt32LE(0, bytes.readUInt32LE(entry + 8));
      bytes.writeUInt32LE(0, bytes.readUInt32LE(entry + 8) + (pieces.length - 1) * 4);
    }
    return bytes;
  }

  const cases = ["none", "lzw", "deflate", "packbits", "jpeg"].flatMap((compression) =>
    [true, false].flatMap((tile) => [true, false].map((hasPlace) => [compression, tile, hasPlace] as const)),
  );
  it.each(cases)("%s, in tiles: %s, with a place: %s", async (compression, tile, hasPlace) => {
    await asSharp(picture)
      .tiff({
        compression,
        tile,
        tileWidth: 64,
        tileHeight: 64,
        predictor: "horizontal",
        quality: 80,
      } as TiffOptions)
      .toFile(path("whole.tif"));
    const [whole] = await picturesIn(path("whole.tif"));
    await writeFile(path("sparse.tif"), sparse(whole ?? tiled, hasPlace));
    const seen = await shownOf(path("sparse.tif"));
    expect(pixelAt(seen, 8, 0)).toEqual([255, 255, 255]);
    expect(pixelAt(seen, width - 2, height - 1)).toEqual([255, 255, 255]);
    for (const [x, y] of [
      [150, 100],
      [280, 70],
    ] as const) {
      const [ours, theirs] = [pixelAt(seen, x, y), pixelAt(picture, x, y)];
      for (const [i, value] of ours.entries()) expect(Math.abs(value - (theirs[i] ?? 0))).toBeLessThan(14);
    }
  });

  it.each([
    [
      "transparent",
      samplesPage({ width, height, channels: 4, bits: 8, photometric: 2, extraSamples: [2], strips: [] }),
      4,
      withChannels(picture, 255),
      255,
    ],
    [
      "no ink",
      samplesPage({ width, height, channels: 1, bits: 8, photometric: 0, strips: [] }),
      1,
      channelOf(picture, 1),
      255,
    ],
    [
      "white",
      samplesPage({ width, height, channels: 1, bits: 8, photometric: 1, strips: [] }),
      1,
      channelOf(picture, 1),
      255,
    ],
  ])("%s", async (_, { fields }, channels, samples, expected) => {
    const picture = { fields: [...fields, ...tileFields(64)], tiles: tilesOf(samples, channels, width, 64) };
    await writeFile(path("blank.tif"), sparse(picture, false));
    const seen = await shownOf(path("blank.tif"));
    expect(pixelAt(seen, 20, 20)).toEqual([expected, expected, expected]);
  });

  it.each([0, 4_096])("a TIFF that has none of its tiles is no picture, all of them at %i", async (place) => {
    const places = [324, 325].map((id) => [id, type.long, Array(20).fill(id === 324 ? place : 0)] as const);
    await writeFile(path("empty.tif"), composeTiff([{ fields: [...tiled.fields, ...places] }]));
    const error = await refusal("empty.tif");
    expect(error.code).toBe("CORRUPT_IMAGE");
    expect(error.message).toMatch(/none of its tiles is there/);
  });

  it.each([258, 259, 262, 277, 284, 339])("field %i in words leaves unsaid how pixels are stored", async (id) => {
    const fields = page().fields.map((field) => (field[0] === id ? ([id, type.ascii, "8"] as const) : field));
    await writeFile(path("words.tif"), composeTiff([{ ...page(), fields }]));
    expect((await refusal("words.tif")).code).toBe("CORRUPT_IMAGE");
  });

  it("a size that its tiles do not cover is damage, by how many there are", async () => {
    const fields = tiled.fields.map((field) => (field[0] === 256 ? ([256, type.long, [3_000]] as const) : field));
    await writeFile(path("lie.tif"), composeTiff([{ ...tiled, fields }]));
    const error = await refusal("lie.tif");
    expect(error.code).toBe("CORRUPT_IMAGE");
    expect(error.message).toMatch(/3000 x 200 pixels, and has 20 of the 188 tiles that these take/);
  });
});

describe("the picture that a file is about:", () => {
  const small = smoothImage(60, 40);
  const marked = (bits: number, raw = small): Picture => plainPage(raw, [[254, type.long, [bits]]]);
  const named = (text: string, raw = small): Picture => plainPage(raw, [[270, type.ascii, text]]);
  const similar = smoothImage(320, 210);
  const cases: [name: string, pages: Picture[]][] = [
    ["behind a smaller copy", [marked(1), page()]],
    ["behind a smaller copy that is marked as of old", [plainPage(small, [[255, type.short, [2]]]), page()]],
    ["below a smaller copy", [{ ...marked(1), below: [page()] }]],
    ["behind a label", [named("Label"), page()]],
    ["behind a label in one word", [named("Label_Image"), page()]],
    ["behind what nothing is said of", [plainPage(small), page()]],
    ["before a mask of it", [page(), marked(4, similar)]],
    ["behind a mask", [marked(4, similar), page()]],
    ["before a smaller copy that is not marked", [page(), plainPage(small)]],
    ["the first of a document, whose pages differ a little", [page(), plainPage(similar)]],
    ["the first of several", [page(), plainPage(smoothImage(200, 300))]],
    ["between others", [named("macro"), page(), marked(1), named("label")]],
    ["called like a label, and yet the largest", [named("label of a bottle", picture), plainPage(small)]],
  ];
  it.each(cases)("%s", async (_, pages) => {
    expect(differenceOf(await shownOfTiff(path("about.tif"), pages), picture)).toBeLessThan(loss);
    expect(await inspectImage(path("about.tif"))).toMatchObject({ widthPx: width, heightPx: height, format: "tiff" });
  });

  it("and what stands beside it", async () => {
    await writeFile(
      path("beside.tif"),
      composeTiff([named("label"), named("Macro 1"), page([[270, type.ascii, "MPP = 0.5"]])]),
    );
    expect(await inspectImage(path("beside.tif"))).toMatchObject({
      associatedImages: ["label", "macro"],
      micrometresPerPixel: 0.5,
      pageCount: 3,
    });
  });
});
