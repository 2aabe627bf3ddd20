import { readFile, writeFile } from "node:fs/promises";
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { shrinkStrips } from "../src/preview/shrink/shrink-strips.ts";
import { shrinkTiles } from "../src/preview/shrink/shrink-tiles.ts";
import { composeTiff, type Picture, type } from "./composed-tiff.ts";
import { mostDifference } from "./expected-levels.ts";
import { jpegTiles, tiledPage } from "./jpeg-tiles.ts";
import { channelOf, plainPage, samplesPage } from "./raw-page.ts";
import { asSharp, decode, type Raw, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();

/** Blocks with much detail. Of the last ones there are 5 columns and 5 rows, more than half: they count. */
const size = { width: 1_045, height: 613 };
const noisy = (): Sharp =>
  sharp({ create: { ...size, channels: 3, background: "grey", noise: { type: "gaussian", mean: 128, sigma: 40 } } });

let picture: Raw;
let source: Buffer;
beforeAll(async () => {
  source = await noisy().tint("#d060a0").toColourspace("srgb").png().toBuffer();
  picture = await decode(source);
});

/** The means of all blocks of 8 x 8, one sample after the other; below the image, its last row goes on. */
function means({ data, width, height }: Raw, channels: number): Raw {
  const [across, down] = [Math.round(width / 8), Math.round(height / 8)];
  const made = new Uint8Array(across * down * channels);
  for (let at = 0; at < made.length; at++) {
    const [channel, column] = [at % channels, Math.floor(at / channels) % across];
    const row = Math.floor(at / channels / across);
    let sum = 0;
    for (let i = 0; i < 64; i++) {
      const x = Math.min(8 * column + (i % 8), width - 1);
      const y = Math.min(8 * row + Math.floor(i / 8), height - 1);
      sum += data[(y * width + x) * channels + channel] ?? 0;
    }
    made[at] = Math.round(sum / 64);
  }
  return { data: made, width: across, height: down };
}

describe("an eighth of a TIFF in plain rows is the mean of its blocks", () => {
  const shrunk = async (page: Picture): Promise<boolean> => {
    await writeFile(path("rows.tif"), composeTiff([page]));
    return shrinkStrips(path("rows.tif"), path("shrunk.tif"), {});
  };
  const rows = (from: number, to: number): Uint8Array =>
    picture.data.subarray(from * size.width * 3, to * size.width * 3);
  const told = (page: Picture, rowsPerStrip: number | null): Picture => ({
    ...page,
    fields: page.fields.flatMap((each) => {
      if (each[0] !== 278) return [each];
      return rowsPerStrip === null ? [] : [[278, type.long, [rowsPerStrip]] as const];
    }),
  });
  const inStripsOf = (rowsPerStrip: number): Picture => {
    const count = Math.ceil(size.height / rowsPerStrip);
    const strips = Array.from({ length: count }, (_, i) => rows(i * rowsPerStrip, (i + 1) * rowsPerStrip));
    return { ...told(plainPage(picture), rowsPerStrip), strips };
  };

  it.each<[string, () => Picture]>([
    ["strips of a row each", () => inStripsOf(1)],
    ["strips of 7 rows", () => inStripsOf(7)],
    ["strips of 64 rows", () => inStripsOf(64)],
    ["one strip", () => plainPage(picture)],
    ["a strip of as many rows as it takes", () => told(plainPage(picture), 2 ** 32 - 1)],
    ["a strip that doesn't say how many rows it has", () => told(plainPage(picture), null)],
  ])("in %s", async (_, page) => {
    expect(await shrunk(page())).toBe(true);
    const made = await decode(path("shrunk.tif"));
    expect(made).toMatchObject({ width: 131, height: 77 });
    expect(mostDifference(made, means(picture, 3))).toBe(0);
  });

  it("leaving out what is begun of less than half a block", async () => {
    const image = smoothImage(1_043, 611);
    expect(await shrunk(plainPage(image))).toBe(true);
    const made = await decode(path("shrunk.tif"));
    expect(made).toMatchObject({ width: 130, height: 76 });
    expect(mostDifference(made, means(image, 3))).toBe(0);
  });

  it("in grey", async () => {
    const grey = channelOf(picture, 1);
    expect(await shrunk(samplesPage({ ...size, channels: 1, bits: 8, strips: [grey] }))).toBe(true);
    const { data, info } = await sharp(path("shrunk.tif"))
      .toColourspace("b-w")
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 131, height: 77, channels: 1 });
    expect(Buffer.compare(data, means({ ...size, data: grey }, 1).data)).toBe(0);
  });

  it("unless the file ends before them", async () => {
    expect(await shrunk(samplesPage({ ...size, height: 2_000, channels: 3, bits: 8, strips: [picture.data] }))).toBe(
      false,
    );
  });

  it.each<[string, Picture["fields"][number]]>([
    ["bits in reverse", [266, type.short, [2]]],
    ["a directory that is odd", [278, type.ascii, "7"]],
  ])("but is not made of %s", async (_, field) => {
    const page = plainPage(picture);
    const others = page.fields.filter(([id]) => id !== field[0]);
    expect(await shrunk({ ...page, fields: [...others, field] })).toBe(false);
  });

  it.each<[string, (image: Sharp) => Sharp]>([
    ["LZW", (image) => image.tiff({ compression: "lzw" })],
    ["tiles", (image) => image.tiff({ compression: "none", tile: true })],
    ["transparency", (image) => image.ensureAlpha().tiff({ compression: "none" })],
    ["four inks", (image) => image.toColourspace("cmyk").tiff({ compression: "none" })],
    ["16 bits", (image) => image.toColourspace("rgb16").tiff({ compression: "none" })],
    ["grey with white as 0", (image) => image.toColourspace("b-w").tiff({ compression: "none", miniswhite: true })],
  ])("but is not made of %s", async (name, save) => {
    await save(sharp(source)).toFile(path(`${name}.tif`));
    expect(await shrinkStrips(path(`${name}.tif`), path("shrunk.tif"), {})).toBe(false);
  });
});

describe("an eighth of a TIFF in JPEG tiles is the mean of their blocks", () => {
  // libvips keeps what it knows of a file by its name.
  let file = "";
  const save = async (name: string, options: Parameters<Sharp["tiff"]>[0]): Promise<void> => {
    file = path(`${name}.tif`);
    const tiles = { compression: "jpeg", tile: true, tileWidth: 256, tileHeight: 256 } as const;
    await sharp(source)
      .tiff({ ...tiles, ...options })
      .toFile(file);
  };
  const shrunk = (): Promise<boolean> => shrinkTiles(file, path("shrunk.tif"), {});
  /** The last column and row of blocks are only begun: the ones before them go on. */
  const expected = (image: Raw): Raw => {
    const made = means(image, 3);
    const { data, width, height } = made;
    const rowBytes = width * 3;
    for (let end = rowBytes; end <= data.length; end += rowBytes) data.copyWithin(end - 3, end - 6, end - 3);
    data.copyWithin((height - 1) * rowBytes, (height - 2) * rowBytes, (height - 1) * rowBytes);
    return made;
  };

  it.each<[string, Parameters<Sharp["tiff"]>[0]]>([
    ["RGB", { quality: 95 }],
    ["RGB of another size", { quality: 95, tileWidth: 64, tileHeight: 128 }],
  ])("%s", async (name, options) => {
    await save(name, options);
    expect(await shrunk()).toBe(true);
    const made = await decode(path("shrunk.tif"));
    expect(made).toMatchObject({ width: 131, height: 77 });
    // A mean that was coded knows nothing of what is clipped at black and white.
    expect(mostDifference(made, expected(await decode(file)))).toBeLessThanOrEqual(3);
  });

  it.each([
    [95, 1_045, 773],
    [80, 1_045, 773],
    [80, 1_053, 1_037],
  ])("without what lies beyond the image: quality %i, %i x %i", async (quality, width, height) => {
    const [across, down] = [5, 5];
    const data = new Uint8Array(across * 256 * down * 256 * 3);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) data.set([90, 180, 220], (y * across * 256 + x) * 3);
    }
    const padded = { data, width: across * 256, height: down * 256 };
    const made = await jpegTiles(padded, 256, quality, path("padded.tif"));
    const tiles = made.tiles.slice(0, across * Math.ceil(height / 256));
    const level = { ...made.level, widthPx: width, heightPx: height };
    file = path("beyond.tif");
    await writeFile(file, composeTiff([tiledPage({ ...made, tiles, level }, 256)]));
    expect(await shrunk()).toBe(true);
    const colour = await decode(path("shrunk.tif"));
    expect(colour).toMatchObject({ width: Math.round(width / 8), height: Math.round(height / 8) });
    expect(
      mostDifference(colour, { ...colour, data: colour.data.map((_, i) => [90, 180, 220][i % 3] ?? 0) }),
    ).toBeLessThan(4);
  });

  it("but for detail of colour, where that is stored at half the resolution", async () => {
    const image = smoothImage(size.width, size.height);
    file = path("ycbcr.tif");
    await asSharp(image).tiff({ compression: "jpeg", quality: 85, tile: true }).toFile(file);
    expect(await shrunk()).toBe(true);
    expect(mostDifference(await decode(path("shrunk.tif")), expected(image))).toBeLessThanOrEqual(4);
  });

  it("unless one of them is coded in another way than the first, or not as it should", async () => {
    const image = smoothImage(1_024, 1_024);
    const { tiles, tables, level } = await jpegTiles(image, 256, 80, path("draft.tif"));
    const whole = tiles.map((tile): Buffer => Buffer.concat([tables.subarray(0, -2), tile.subarray(2)]));
    const coarse = await jpegTiles(image, 256, 30, path("coarse.tif"));
    const instead: [how: string, tile: Buffer][] = [
      ["in its own way", Buffer.concat([coarse.tables.subarray(0, -2), (coarse.tiles[9] ?? tables).subarray(2)])],
      ["with nonsense", Buffer.from(whole[9] ?? []).fill(0xff, 700, 704)],
      ["too short", (whole[9] ?? tables).subarray(0, 700)],
    ];
    const twice = (tile: Buffer): Buffer => {
      const frame = tile.indexOf(Buffer.from([0xff, 0xc0]));
      const shorter = Buffer.from(tile.subarray(frame, frame + 19));
      shorter.writeUInt16BE(128, 5);
      return Buffer.concat([tile.subarray(0, frame + 19), shorter, tile.subarray(frame + 19)]);
    };
    const write = (written: readonly Buffer[]): Promise<void> =>
      writeFile(file, composeTiff([tiledPage({ tiles: written, tables: Buffer.from("ffd8ffd9", "hex"), level }, 256)]));
    file = path("composed.tif");
    await write(whole);
    expect(await shrunk()).toBe(true);
    for (const [how, tile] of instead) {
      await write(whole.with(9, tile));
      expect([how, await shrunk()]).toEqual([how, false]);
    }
    await write(whole.map(twice));
    expect(await shrunk()).toBe(false);
  });

  it("or of what is left of them", async () => {
    await save("damaged", { quality: 95 });
    const whole = await readFile(file);
    for (let seed = 1; seed <= 20; seed++) {
      const damaged = Buffer.from(whole);
      const at = 1_000 + ((seed * 79_193) % (whole.length - 10_000));
      damaged.fill(seed % 3 === 0 ? 0xff : seed * 37, at, at + 1 + (seed % 50));
      await writeFile(file, damaged);
      expect([true, false]).toContain(await shrunk());
    }
  });
});
