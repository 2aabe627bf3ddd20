import sharp, { type SharpOptions } from "sharp";
import { describe, expect, it } from "vitest";
import { type ByteSource, openSourceView, type SourceView } from "../src/index.ts";
import { composeTiff, type Picture, type } from "./composed-tiff.ts";
import { differences, type Level } from "./expected-levels.ts";
import { type JpegTiles, jpegTiles, tiledPage, withoutColourMarker } from "./jpeg-tiles.ts";
import { plainPage } from "./raw-page.ts";
import { asSharp, decode, type Raw, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();
const picture = smoothImage(1_003, 751);

const reduced = async (by: number): Promise<Raw> => {
  const [width, height] = [Math.floor(picture.width / by), Math.floor(picture.height / by)];
  const even = { left: 0, top: 0, width: width * by, height: height * by };
  const shrunk = asSharp(picture).extract(even).resize({ width, height, fit: "fill", kernel: "linear" });
  return decode(await shrunk.png().toBuffer());
};
const tilesOf = async (by: number, tileSizePx: number, quality = 92): Promise<JpegTiles> =>
  jpegTiles(await reduced(by), tileSizePx, quality, path(`draft-${by}-${tileSizePx}-${quality}.tif`));

interface Counted extends ByteSource {
  readonly reads: { offset: number; length: number }[];
}

const sourceOf = (bytes: Uint8Array): Counted => {
  const reads: Counted["reads"] = [];
  return {
    reads,
    sizeBytes: bytes.length,
    read: async (offset, length) => {
      reads.push({ offset, length });
      return bytes.subarray(offset, offset + length);
    },
  };
};

async function opened(bytes: Uint8Array, tileSizePx = 256): Promise<SourceView> {
  const view = await openSourceView(sourceOf(bytes), tileSizePx);
  if (!view) throw new Error("it can be shown");
  return view;
}

/** Each pixel the mean of those that it covers; where the picture ends too soon, its last ones go on. */
function meansOf(source: Raw, halvings: number, width: number, height: number): Level {
  const side = 2 ** halvings;
  const data = new Float32Array(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    const left = Math.min((at % width) * side, source.width - 1);
    const top = Math.min(Math.floor(at / width) * side, source.height - 1);
    const [right, bottom] = [Math.min(left + side, source.width), Math.min(top + side, source.height)];
    for (let y = top; y < bottom; y++) {
      for (let from = (y * source.width + left) * 3; from < (y * source.width + right) * 3; from++) {
        const sample = at * 3 + (from % 3);
        data[sample] = (data[sample] ?? 0) + (source.data[from] ?? 0) / ((right - left) * (bottom - top));
      }
    }
  }
  return { width, height, data };
}

/** A source, and where libvips finds its copies, by how often each is halved. */
interface Slide {
  readonly bytes: Buffer;
  /** Over all levels that are shown. */
  readonly tileCount: number;
  readonly copies?: Readonly<Record<number, SharpOptions>>;
  /** By how much a copy that is no halving may differ more than one that is. */
  readonly tolerance?: number;
}

/** What libvips reads from the file, in every tile of the four largest levels. */
async function expectShown({ bytes, tileCount, copies = {}, tolerance = 1 }: Slide, tileSizePx = 256): Promise<void> {
  const view = await opened(bytes, tileSizePx);
  const whole = await decode(bytes);
  expect(view).toMatchObject({ widthPx: whole.width, heightPx: whole.height, coarsestLevel: 0, tileCount });
  for (let [halvings, copied, copy] = [0, 0, whole]; halvings < 4; halvings++) {
    const options = copies[halvings];
    if (options) [copied, copy] = [halvings, await decode(await sharp(bytes, options).png().toBuffer())];
    const [width, height] = [whole.width, whole.height].map((side) => Math.ceil(side / 2 ** halvings)) as Pair;
    const level = meansOf(copy, halvings - copied, width, height);
    const z = view.levelCount - 1 - halvings;
    const [columns, rows] = [width, height].map((side) => Math.ceil(side / tileSizePx)) as Pair;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const tile = await decode((await view.readTile(z, column, row)) ?? new Uint8Array());
        const [left, top] = [column * tileSizePx, row * tileSizePx];
        const size = [Math.min(tileSizePx, width - left), Math.min(tileSizePx, height - top)];
        expect([tile.width, tile.height]).toEqual(size);
        const { all, edge } = differences(level, tile, left, top);
        expect.soft(all, `mean difference of tile ${z}/${column}/${row}`).toBeLessThan(2 * tolerance);
        expect.soft(edge, `at the edges of tile ${z}/${column}/${row}`).toBeLessThan(3 * tolerance);
      }
    }
    expect(await view.readTile(z, columns, 0)).toBeNull();
    expect(await view.readTile(z, 0, rows)).toBeNull();
  }
  expect(await view.readTile(view.levelCount, 0, 0)).toBeNull();
  const last = await decode((await view.readTile(0, 0, 0)) ?? new Uint8Array());
  expect([last.width, last.height]).toEqual([1, 1]);
}

type Pair = [number, number];

const described = (text: string): Picture["fields"] => [[270, type.ascii, `Aperio Image Library v11.2.1\r\n${text}`]];

async function aperio(): Promise<Slide> {
  const levels = await Promise.all([1, 4, 16].map((by) => tilesOf(by, 240)));
  const [full, ...smaller] = levels.map((level) =>
    tiledPage({ ...level, tiles: level.tiles.map(withoutColourMarker) }, 240, described("240x240 JPEG/RGB Q=92")),
  );
  if (!full) throw new Error("there are three levels");
  const bytes = composeTiff([full, plainPage(smoothImage(90, 60), described("thumbnail")), ...smaller]);
  return { bytes, tileCount: 20 + 2 + 1, copies: { 2: { page: 2 } } };
}

/** Saturated: a profile makes a difference. */
const colourful = (width: number, height: number): Raw => {
  const { data } = smoothImage(width, height);
  return { width, height, data: data.map((value, i) => [value, value / 2, 40][i % 3] ?? 0) };
};
const profile = (await sharp(await asSharp(smoothImage(8, 8)).withIccProfile("p3").png().toBuffer()).metadata()).icc;

const sources: [name: string, make: () => Promise<Slide>][] = [
  ["an SVS of 240 px tiles in RGB, by quarters", aperio],
  [
    "a pyramid of oblong tiles in YCbCr",
    async () => ({
      bytes: await asSharp(picture)
        .tiff({ tile: true, tileWidth: 320, tileHeight: 192, pyramid: true, compression: "jpeg", quality: 88 })
        .toBuffer(),
      tileCount: 16 + 4 + 1,
      copies: { 1: { page: 1 }, 2: { page: 2 } },
    }),
  ],
  [
    "an OME-TIFF with its levels below its page",
    async () => {
      const [full, ...below] = await Promise.all([1, 2, 4].map(async (by) => tiledPage(await tilesOf(by, 256), 256)));
      const bytes = composeTiff([{ fields: [], ...full, below }], { big: true, little: false });
      return { bytes, tileCount: 12 + 4 + 1, copies: { 1: { tiff: { subifd: 0 } }, 2: { tiff: { subifd: 1 } } } };
    },
  ],
  [
    "a profile's colours, longer than a marker",
    async () => {
      const long = Buffer.concat([profile ?? Buffer.alloc(0), Buffer.alloc(150_000)]);
      const tiles = await jpegTiles(colourful(700, 500), 256, 92, path("colourful.tif"));
      return { bytes: composeTiff([tiledPage(tiles, 256, [[34_675, type.undefined, long]])]), tileCount: 6 };
    },
  ],
  [
    "levels by thirds",
    async () => ({
      bytes: composeTiff(await Promise.all([1, 3].map(async (by) => tiledPage(await tilesOf(by, 256), 256)))),
      tileCount: 12 + 2,
      tolerance: 1.5,
    }),
  ],
  [
    "one level of tiles that are whole streams of 1,024 px",
    async () => {
      const { tiles, tables, level } = await tilesOf(1, 1_024, 88);
      const whole = tiles.map((tile) => Buffer.concat([tables.subarray(0, -2), tile.subarray(2)]));
      const none = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);
      return { bytes: composeTiff([tiledPage({ tiles: whole, tables: none, level }, 1_024)]), tileCount: 1 };
    },
  ],
];

it.each(sources)("every Deep Zoom tile of %s shows what libvips reads", async (_, make) => {
  await expectShown(await make());
});

it("tiles are of any size that is asked for", async () => {
  await expectShown(await aperio(), 512);
});

it("a tile costs the bytes of the source's tiles that it touches, once", async () => {
  const { bytes } = await aperio();
  const source = sourceOf(bytes);
  const view = await openSourceView(source, 256);
  expect(source.reads.length).toBeLessThan(20);
  const { tiles } = await tilesOf(1, 240);
  const touched = [6, 7, 11, 12].map((index) => withoutColourMarker(tiles[index] ?? Buffer.alloc(0)));
  source.reads.length = 0;
  // Pixels 256 to 511 lie in the second and third of five tiles, across and down.
  await view?.readTile(view.levelCount - 1, 1, 1);
  const asked = source.reads.map(({ offset, length }) => bytes.subarray(offset, offset + length));
  expect(asked.map((each) => touched.findIndex((tile) => tile.equals(each))).toSorted()).toEqual([0, 1, 2, 3]);
  source.reads.length = 0;
  await view?.readTile(view.levelCount - 1, 1, 1);
  expect(source.reads).toEqual([]);
});

describe("levels so coarse that a tile would take too many pixels", () => {
  const size = { widthPx: 20_003, heightPx: 15_001 };
  const page = async (by: number): Promise<Picture> => {
    const { tiles, tables, level } = await jpegTiles(smoothImage(512, 512), 512, 80, path(`one-tile-${by}.tif`));
    const [widthPx, heightPx] = [Math.floor(size.widthPx / by), Math.floor(size.heightPx / by)];
    const [columns, rows] = [Math.ceil(widthPx / 512), Math.ceil(heightPx / 512)];
    const repeated = Array.from({ length: columns * rows }, () => tiles[0] ?? Buffer.alloc(0));
    return tiledPage({ tiles: repeated, tables, level: { ...level, widthPx, heightPx } }, 512);
  };

  it("are not shown", async () => {
    const view = await opened(composeTiff([await page(1)]));
    // Five times five tiles of 512 px are 6.6 megapixels, nine times nine would be 21.
    expect(view).toMatchObject({ levelCount: 16, coarsestLevel: 12 });
    expect(await view.readTile(11, 0, 0)).toBeNull();
    expect(await view.readTile(12, 0, 0)).not.toBeNull();
  });

  it("are shown where the source has them smaller", async () => {
    const view = await opened(composeTiff(await Promise.all([1, 4, 16].map(page))));
    expect(view.coarsestLevel).toBe(0);
  });
});

describe("damage", async () => {
  const damagedAt = async (change: (tile: Buffer) => Buffer): Promise<SourceView> => {
    const level = await tilesOf(1, 256, 85);
    const tiles = level.tiles.map((tile, i) => (i === 6 ? change(Buffer.from(tile)) : tile));
    return opened(composeTiff([tiledPage({ ...level, tiles }, 256)]));
  };
  const smaller = await asSharp(smoothImage(240, 240)).jpeg().toBuffer();
  const inRgb = Buffer.from([0xff, 0xee, 0, 14, ...Buffer.from("Adobe"), 0, 100, 0, 0, 0, 0, 0]);
  const kinds: [name: string, change: (tile: Buffer) => Buffer][] = [
    [
      "an end in the middle of its stream",
      (tile) => Buffer.concat([tile.subarray(0, tile.length >> 1), tile.subarray(-2)]),
    ],
    ["nothing but zeros", (tile) => tile.fill(0)],
    ["colours of another kind", (tile) => Buffer.concat([tile.subarray(0, 2), inRgb, tile.subarray(2)])],
    ["a size that is not its own", () => smaller],
  ];

  it.each(kinds)("of a tile, %s, is told of that tile alone", async (_, change) => {
    const view = await damagedAt(change);
    await expect(view.readTile(view.levelCount - 1, 2, 1)).rejects.toMatchObject({
      name: "PyramidError",
      code: "CORRUPT_IMAGE",
    });
    expect(await view.readTile(view.levelCount - 1, 3, 1)).not.toBeNull();
  });

  it("wherever a file is cut short, it is not shown", async () => {
    const bytes = composeTiff([tiledPage(await tilesOf(8, 128, 85), 128)]);
    for (let length = 0; length < bytes.length; length += 97) {
      expect(await openSourceView(sourceOf(bytes.subarray(0, length)), 256)).toBeNull();
    }
  });

  it("of the store is not taken for damage of the image", async () => {
    const { bytes } = await aperio();
    const source = sourceOf(bytes);
    const view = await openSourceView(source, 256);
    const away = new Error("the store is away");
    source.read = () => Promise.reject(away);
    await expect(view?.readTile(view.levelCount - 1, 0, 0)).rejects.toBe(away);
  });
});

const others: [name: string, make: () => Promise<Uint8Array>][] = [
  ["a JPEG", () => asSharp(picture).jpeg().toBuffer()],
  ["a TIFF in strips of JPEG", () => asSharp(picture).tiff({ compression: "jpeg" }).toBuffer()],
  ["tiles of another compression", () => asSharp(picture).tiff({ compression: "lzw", tile: true }).toBuffer()],
  ["grey tiles", () => asSharp(picture).toColourspace("b-w").tiff({ compression: "jpeg", tile: true }).toBuffer()],
  [
    "tiles that lie on their side",
    async () => composeTiff([tiledPage(await tilesOf(1, 256), 256, [[274, type.short, [6]]])]),
  ],
  ["nothing", async () => new Uint8Array(0)],
];

it.each(others)("%s is not shown", async (_, make) => {
  expect(await openSourceView(sourceOf(await make()), 256)).toBeNull();
});

it("a picture of another shape, or of the same size, is not taken for the image", async () => {
  const [full, quarter] = await Promise.all([1, 4].map(async (by) => tiledPage(await tilesOf(by, 256), 256)));
  const white = { ...smoothImage(300, 300), data: new Uint8Array(300 * 300 * 3).fill(255) };
  const label = tiledPage(await jpegTiles(white, 256, 92, path("label.tif")), 256);
  const plane = { ...(await reduced(4)), data: new Uint8Array(250 * 187 * 3).fill(255) };
  const otherPlane = tiledPage(await jpegTiles(plane, 256, 92, path("plane.tif")), 256);
  if (!full || !quarter) throw new Error("there are two levels");
  await expectShown({
    bytes: composeTiff([full, label, quarter, otherPlane]),
    tileCount: 12 + 1,
    copies: { 2: { page: 2 } },
  });
});
