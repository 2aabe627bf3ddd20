import { readFile, writeFile } from "node:fs/promises";
import { fromFile } from "geotiff";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { openFileSource, openPyramid, type Pyramid, type WriteOptions, writePyramid } from "../src/index.ts";
import { composeTiff, type Picture, type } from "./composed-tiff.ts";
import { differences, expectedLevels } from "./expected-levels.ts";
import { type JpegTiles, jpegTiles, tiledPage, withoutColourMarker } from "./jpeg-tiles.ts";
import { plainPage } from "./raw-page.ts";
import { asSharp, decode, type Raw, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();
const picture = smoothImage(1_603, 1_191);
const halved = async (times: number): Promise<Raw> => {
  const [width, height] = [Math.floor(picture.width / 2 ** times), Math.floor(picture.height / 2 ** times)];
  const even = { left: 0, top: 0, width: width * 2 ** times, height: height * 2 ** times };
  const shrunk = asSharp(picture).extract(even).resize({ width, height, fit: "fill", kernel: "linear" });
  return decode(await shrunk.png().toBuffer());
};

/** Opens what was made of a source, while `use` looks at it. */
async function made(source: string, use: (pyramid: Pyramid) => Promise<void>, options: WriteOptions = {}) {
  const written = await writePyramid(source, path("made.tif"), options);
  const file = await openFileSource(path("made.tif"));
  try {
    await use(await openPyramid(file));
  } finally {
    await file.close();
  }
  return written;
}

/** The bytes of every tile inside the level are the source's: its tables and then its stream. */
async function expectSameTiles(pyramid: Pyramid, halvings: number, source: JpegTiles, marker = Buffer.alloc(0)) {
  const { level, tables, tiles } = source;
  let compared = 0;
  for (let row = 0; (row + 1) * pyramid.tileSizePx <= level.heightPx; row++) {
    for (let column = 0; (column + 1) * pyramid.tileSizePx <= level.widthPx; column++) {
      const tile = tiles[row * level.columns + column] ?? Buffer.alloc(0);
      const whole = Buffer.concat([tables.subarray(0, 2), marker, tables.subarray(2, -2), tile.subarray(2)]);
      const served = await pyramid.readTile(pyramid.levelCount - 1 - halvings, column, row);
      expect(whole.equals(served ?? new Uint8Array())).toBe(true);
      compared += 1;
    }
  }
  expect(compared).toBeGreaterThan(0);
}

/** Every level shows the picture, whoever made its tiles. */
async function expectPicture(pyramid: Pyramid): Promise<void> {
  const levels = expectedLevels(picture, pyramid.tileSizePx).reverse();
  expect(pyramid.levelCount).toBe(levels.length);
  for (const [z, level] of levels.entries()) {
    for (let row = 0; row * pyramid.tileSizePx < level.height; row++) {
      for (let column = 0; column * pyramid.tileSizePx < level.width; column++) {
        const tile = await decode((await pyramid.readTile(z, column, row)) ?? new Uint8Array());
        const { all } = differences(level, tile, column * pyramid.tileSizePx, row * pyramid.tileSizePx);
        expect.soft(all, `mean difference of tile ${z}/${column}/${row}`).toBeLessThan(tile.width > 8 ? 2.5 : 10);
      }
    }
  }
}

const adobe = Buffer.from([0xff, 0xee, 0, 14, ...Buffer.from("Adobe"), 0, 100, 0, 0, 0, 0, 0]);

describe.each([256, 512])("a pyramid with tiles of %i pixels", (tileSizePx) => {
  it("is taken over tile by tile, and its missing end is made, as JPEG whatever is set", async () => {
    const levels = await Promise.all(
      [0, 1].map(async (times) => jpegTiles(await halved(times), tileSizePx, 85, path(`${tileSizePx}-${times}.tif`))),
    );
    await writeFile(
      path("pyramid.tif"),
      composeTiff(
        levels.map((level) => tiledPage(level, tileSizePx)),
        { big: true },
      ),
    );
    const progress: number[] = [];
    const { pyramid } = await made(
      path("pyramid.tif"),
      async (pyramid) => {
        expect(pyramid).toMatchObject({ tileSizePx, tileFormat: "jpeg" });
        for (const [halvings, level] of levels.entries()) await expectSameTiles(pyramid, halvings, level);
        await expectPicture(pyramid);
      },
      { settings: { tileFormat: "webp" }, onProgress: (done) => progress.push(done) },
    );
    expect(pyramid.tileFormat).toBe("jpeg");
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toBe(pyramid.tileCount);
  });
});

it("a slide of Aperio keeps its tiles, and gets the levels between its own", async () => {
  const [full, quarter] = await Promise.all(
    [0, 2].map(async (times): Promise<JpegTiles> => {
      const tiles = await jpegTiles(await halved(times), 256, 92, path(`aperio-${times}.tif`));
      return { ...tiles, tiles: tiles.tiles.map(withoutColourMarker) };
    }),
  );
  if (!full || !quarter) throw new Error("there are two levels");
  const described = (text: string): Picture["fields"] => [[270, type.ascii, `Aperio Image Library v11.2.1\r\n${text}`]];
  const beside = smoothImage(90, 60);
  const slide = composeTiff([
    tiledPage(full, 256, described("1603x1191 (256x256) JPEG/RGB Q=92|AppMag = 20|MPP = 0.4990")),
    plainPage(beside, described("1603x1191 -> 90x60 - |AppMag = 20|MPP = 0.4990")),
    tiledPage(quarter, 256, described("1603x1191 -> 400x297 JPEG/RGB Q=92")),
    plainPage(beside, [[254, type.long, [1]], ...described("label 90x60")]),
    plainPage(beside, [[254, type.long, [9]], ...described("macro 90x60")]),
  ]);
  await writeFile(path("slide.svs"), slide);
  const { image, pyramid, reusedTileCount } = await made(path("slide.svs"), async (pyramid) => {
    await expectSameTiles(pyramid, 0, full, adobe);
    await expectSameTiles(pyramid, 2, quarter, adobe);
    await expectPicture(pyramid);
  });
  expect(image).toMatchObject({
    pageCount: 5,
    associatedImages: ["label", "macro", "thumbnail"],
    micrometresPerPixel: 0.499,
    objectivePower: 20,
  });
  // 7 x 5, 4 x 3, 2 x 2 and 1.
  expect(pyramid.tileCount).toBe(52);
  expect(reusedTileCount).toBe(35 + 4);
  const opened = await fromFile(path("made.tif"));
  expect(await opened.getImageCount()).toBe(4);
  const byGeotiff = await (await opened.getImage(2)).readRGB({ interleave: true });
  opened.close();
  const expected = await halved(2);
  const shown: Raw = { ...expected, data: Uint8Array.from(byGeotiff as Uint8Array) };
  expect(differences(expected, shown, 0, 0).all).toBeLessThan(2);
  const byLibvips = await decode(await sharp(path("made.tif"), { page: 2 }).png().toBuffer());
  expect(differences(expected, byLibvips, 0, 0).all).toBeLessThan(2);
});

it("levels in SubIFDs, as OME-TIFF keeps them, are taken over too, in whatever order their tiles lie", async () => {
  const levels = await Promise.all(
    [0, 1, 2].map(async (times) => jpegTiles(await halved(times), 256, 85, path(`ome-${times}.tif`))),
  );
  const [full, ...below] = levels.map((level, i) => ({ ...tiledPage(level, 256), backwards: i < 2 }));
  const ome = '<OME><Image><Pixels PhysicalSizeX="0.5" PhysicalSizeXUnit="µm"/></Image></OME>';
  const page = { ...full, fields: [...(full?.fields ?? []), [270, type.ascii, ome] as const], below };
  await writeFile(path("slide.ome.tif"), composeTiff([page], { big: true }));
  const { image } = await made(path("slide.ome.tif"), async (pyramid) => {
    for (const [halvings, level] of levels.entries()) await expectSameTiles(pyramid, halvings, level);
    await expectPicture(pyramid);
  });
  expect(image).toMatchObject({ pageCount: 1, micrometresPerPixel: 0.5 });
});

it("tiles that bring codes of their own are taken over, as GDAL makes them", async () => {
  const [columns, rows] = [picture.width, picture.height].map((side) => Math.ceil(side / 256)) as [number, number];
  const [width, height] = [columns * 256, rows * 256];
  const more = { right: width - picture.width, bottom: height - picture.height, extendWith: "copy" } as const;
  const whole = { data: await asSharp(picture).extend(more).raw().toBuffer(), width, height };
  const tiles = await Promise.all(
    Array.from({ length: columns * rows }, (_, i) =>
      asSharp(whole)
        .extract({ left: (i % columns) * 256, top: Math.floor(i / columns) * 256, width: 256, height: 256 })
        .jpeg({ quality: 85, optimiseCoding: true })
        .toBuffer(),
    ),
  );
  const level = { widthPx: picture.width, heightPx: picture.height, columns, photometric: 6 };
  const source = tiledPage({ tiles, tables: Buffer.from([0xff, 0xd8, 0xff, 0xd9]), level }, 256);
  await writeFile(path("own-codes.tif"), composeTiff([source]));
  const { reusedTileCount } = await made(path("own-codes.tif"), expectPicture);
  expect(reusedTileCount).toBe(columns * rows);
  const cut = tiles.map((tile, i) => (i === 9 ? Buffer.concat([tile.subarray(0, -400), tile.subarray(-2)]) : tile));
  await writeFile(path("own-codes.tif"), composeTiff([{ ...source, tiles: cut }]));
  await expect(writePyramid(path("own-codes.tif"), path("never.tif"))).rejects.toMatchObject({ code: "CORRUPT_IMAGE" });
});

describe("tiles are made anew where the source's", async () => {
  const source = async (change: (tiles: JpegTiles) => Picture) => {
    const tiles = await jpegTiles(picture, 256, 85, path("anew-tiles.tif"));
    await writeFile(path("anew.tif"), composeTiff([change(tiles)]));
    return tiles;
  };
  const cases: [name: string, change: (tiles: JpegTiles) => Picture][] = [
    ["are of a profile's colours", (tiles) => tiledPage(tiles, 256, [[34_675, type.undefined, profile]])],
    ["lie on their side", (tiles) => tiledPage(tiles, 256, [[274, type.short, [6]]])],
    [
      "are not all alike",
      (tiles) => tiledPage({ ...tiles, tiles: tiles.tiles.map((tile, i) => (i === 3 ? withJfif(tile) : tile)) }, 256),
    ],
    [
      "do not end where they should",
      (tiles) => tiledPage({ ...tiles, tiles: tiles.tiles.map((tile) => Buffer.concat([tile, Buffer.alloc(3)])) }, 256),
    ],
  ];
  const profile =
    (await sharp(await asSharp(smoothImage(8, 8)).withIccProfile("p3").png().toBuffer()).metadata()).icc ??
    Buffer.alloc(0);
  const withJfif = (tile: Buffer) =>
    Buffer.concat([
      tile.subarray(0, 2),
      Buffer.from([0xff, 0xe0, 0, 16, ...Buffer.from("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
      tile.subarray(2),
    ]);

  it.each(cases)("%s", async (_, change) => {
    const tiles = await source(change);
    await made(path("anew.tif"), async (pyramid) => {
      const served = await pyramid.readTile(pyramid.levelCount - 1, 0, 0);
      const kept = Buffer.concat([tiles.tables.subarray(0, -2), (tiles.tiles[0] ?? Buffer.alloc(0)).subarray(2)]);
      expect(kept.equals(served ?? new Uint8Array())).toBe(false);
    });
  });
});

it.each([0, 1])("damage inside a tile of level %i is told, not published", async (damaged) => {
  const levels = await Promise.all(
    [0, 1, 2, 3].map(async (times) => jpegTiles(await halved(times), 256, 85, path(`damage-${times}.tif`))),
  );
  const bytes = composeTiff(levels.map((level) => tiledPage(level, 256)));
  const tile = levels[damaged]?.tiles[5] ?? Buffer.alloc(0);
  const at = bytes.indexOf(tile);
  // An end of image in the middle of the stream: the decoder would paint the rest grey.
  bytes.writeUInt16BE(0xffd9, at + Math.floor(tile.length / 2));
  await writeFile(path("damaged.tif"), bytes);
  await expect(writePyramid(path("damaged.tif"), path("never.tif"))).rejects.toMatchObject({ code: "CORRUPT_IMAGE" });
  await expect(readFile(path("never.tif"))).rejects.toMatchObject({ code: "ENOENT" });
});

it.each([
  ["of 128 pixels", 128, []],
  ["that lie on their side", 256, [[274, type.short, [6]]]],
] as const)("damage inside a tile that is decoded is told, too: tiles %s", async (_, sidePx, fields) => {
  const tiles = await jpegTiles(picture, sidePx, 85, path("decoded-tiles.tif"));
  const write = (all: readonly Buffer[]) =>
    writeFile(path("decoded.tif"), composeTiff([tiledPage({ ...tiles, tiles: all }, sidePx, fields)]));
  await write(tiles.tiles);
  expect((await writePyramid(path("decoded.tif"), path("made.tif"))).reusedTileCount).toBe(0);
  const cut = tiles.tiles.map((tile, i) => {
    const copy = Buffer.from(tile);
    if (i === 9) copy.writeUInt16BE(0xffd9, tile.length >> 1);
    return copy;
  });
  await write(cut);
  await expect(writePyramid(path("decoded.tif"), path("never.tif"))).rejects.toMatchObject({ code: "CORRUPT_IMAGE" });
});

it("and in tiles of four inks", async () => {
  const ink = await sharp({ create: { width: 128, height: 128, channels: 3, background: "#a05020" } })
    .toColourspace("cmyk")
    .jpeg()
    .toBuffer();
  const level = { widthPx: 128, heightPx: 128, columns: 1, photometric: 5 };
  const page = (tile: Buffer): Picture => {
    const { fields } = tiledPage({ tiles: [], tables: Buffer.from([0xff, 0xd8, 0xff, 0xd9]), level }, 128);
    const others = fields.filter(([id]) => id !== 258 && id !== 277);
    return { fields: [...others, [258, type.short, [8, 8, 8, 8]], [277, type.short, [4]]], tiles: [tile] };
  };
  await writeFile(path("inks.tif"), composeTiff([page(ink)]));
  await writePyramid(path("inks.tif"), path("made.tif"));
  const cut = Buffer.concat([ink.subarray(0, -40), ink.subarray(-2)]);
  await writeFile(path("inks.tif"), composeTiff([page(cut)]));
  await expect(writePyramid(path("inks.tif"), path("never.tif"))).rejects.toMatchObject({ code: "CORRUPT_IMAGE" });
});

describe("what can't be decoded of a tile is told, not published, though it begins and ends as it should:", () => {
  const damages: [name: string, damage: (tile: Buffer) => Buffer][] = [
    [
      "codes that there are not",
      (tile) => Buffer.from(tile).fill(Buffer.from([0xff, 0]), tile.length >> 1, tile.length - 2),
    ],
    ["a part that is missing", (tile) => Buffer.concat([tile.subarray(0, tile.length >> 1), tile.subarray(-2)])],
  ];
  // Inside the image, at its right edge, and the last one.
  it.each(damages.flatMap(([name, damage]) => [9, 13, 34].map((at) => [name, at, damage] as const)))(
    "%s, in tile %i",
    async (_, at, damage) => {
      const tiles = await jpegTiles(picture, 256, 85, path("undecodable-tiles.tif"));
      const damaged = tiles.tiles.map((tile, i) => (i === at ? damage(tile) : tile));
      await writeFile(path("undecodable.tif"), composeTiff([tiledPage({ ...tiles, tiles: damaged }, 256)]));
      const writing = writePyramid(path("undecodable.tif"), path("never.tif"));
      await expect(writing).rejects.toMatchObject({ code: "CORRUPT_IMAGE" });
    },
  );
});
