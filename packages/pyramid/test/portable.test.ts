import { fromFile } from "geotiff";
import type { Sharp } from "sharp";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openFileSource, openPyramid, type PyramidSettings, writePyramid } from "../src/index.ts";
import { differences } from "./expected-levels.ts";
import { geotiffJs, otherSoftware } from "./other-software.ts";
import { asSharp, decode, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();

interface Case {
  readonly name: string;
  readonly source: () => Sharp;
  readonly settings?: Partial<PyramidSettings>;
  readonly levels: number;
  /** TIFF's number for how colours are stored. */
  readonly photometric: number;
}
const [rgb, ycbcr] = [2, 6];
const usual = { source: () => asSharp(smoothImage(1_203, 777)), levels: 4, photometric: ycbcr };
const cases: readonly Case[] = [
  { ...usual, name: "JPEG" },
  { ...usual, name: "JPEG with colours at full resolution", settings: { quality: 95 }, photometric: rgb },
  { ...usual, name: "tiles of 512 pixels", settings: { tileSizePx: 512 }, levels: 3 },
  { ...usual, name: "a grey source", source: () => usual.source().toColourspace("b-w") },
  { ...usual, name: "an image in several parts", source: () => asSharp(smoothImage(65_100, 256)), levels: 8 },
  { ...usual, name: "WebP", settings: { tileFormat: "webp" }, photometric: rgb },
];

describe.each(cases)("$name", ({ name, source, settings, levels, photometric }) => {
  // Each its own: libvips remembers what it has opened.
  const sourcePath = () => path(`${name}.png`);
  const file = () => path(`${name}.tif`);
  beforeAll(async () => {
    await source().png({ compressionLevel: 1 }).toFile(sourcePath());
    await writePyramid(sourcePath(), file(), { settings });
  });

  it("says of itself what it is", async () => {
    const opened = await fromFile(file());
    onTestFinished(() => void opened.close());
    expect(await opened.getImageCount()).toBe(levels);
    for (let page = 0; page < levels; page += 1) {
      const { fileDirectory } = await opened.getImage(page);
      expect(fileDirectory.getValue("PhotometricInterpretation")).toBe(photometric);
      expect(fileDirectory.getValue("TileWidth")).toBe(settings?.tileSizePx ?? 256);
    }
  });

  const readers = Object.entries(otherSoftware).filter(
    ([reader]) => settings?.tileFormat !== "webp" || reader !== geotiffJs,
  );
  // A level at a time: however slowly one is read, a test that takes minutes hangs.
  const readings = readers.flatMap(([reader, read]) =>
    Array.from({ length: levels }, (_, page) => [reader, page, read] as const),
  );
  it.each(readings)("%s finds in level %d the pixels that are served, and the source", async (reader, page, read) => {
    const opened = await openFileSource(file());
    onTestFinished(() => opened.close());
    const pyramid = await openPyramid(opened);
    const { tileSizePx, widthPx, heightPx } = pyramid;
    const level = await read(file(), page);
    if (page === 0) expect(differences(await decode(sourcePath()), level, 0, 0).all).toBeLessThan(1.5);
    expect([level.width, level.height]).toEqual([widthPx, heightPx].map((side) => Math.ceil(side / 2 ** page)));
    for (let [row, top] = [0, 0]; top < level.height; row += 1, top += tileSizePx) {
      for (let [column, left] = [0, 0]; left < level.width; column += 1, left += tileSizePx) {
        const served = await pyramid.readTile(pyramid.levelCount - 1 - page, column, row);
        const { all } = differences(level, await decode(served ?? new Uint8Array()), left, top);
        const isStored = left + tileSizePx <= level.width && top + tileSizePx <= level.height;
        // Tiles at the edge are cut and compressed again; and JPEG lets decoders round as they like.
        if (!isStored) expect(all).toBeLessThan(1.5);
        else if (reader === geotiffJs) expect(all).toBeLessThan(0.2);
        else expect(all).toBe(0);
      }
    }
  });
});
