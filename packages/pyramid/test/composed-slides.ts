import { spawnSync } from "node:child_process";
import { open, readFile, writeFile } from "node:fs/promises";
import type { ImageFacts } from "../src/index.ts";
import { systemVipsEnvironment } from "../src/process/env.ts";
import { composeTiff, type Picture, type } from "./composed-tiff.ts";
import { jpegTiles, tiledPage } from "./jpeg-tiles.ts";
import { asSharp, decode, type Raw, smoothImage } from "./smooth-image.ts";
import { vips } from "./system-vips.ts";

/** What a slide reader must find in a composed slide. */
export interface Slide {
  readonly seen: Raw;
  readonly facts: Partial<ImageFacts>;
}

const facts = { channels: 3, hasAlpha: false, micrometresPerPixel: 0.5, objectivePower: 20 } as const;

/**
 * As Hamamatsu's scanners write them: each level is one strip, a JPEG that can be entered at its restart markers.
 *
 * @param startsAt whole multiples of 4 GiB of nothing before the levels, as in a long file.
 */
export async function writeNdpi(file: string, { startsAt = 0, seen = smoothImage(512, 320) } = {}): Promise<Slide> {
  const macro = smoothImage(120, 40);
  const pages = [
    ndpiPage(seen, await restartingJpeg(seen, file), 20),
    ndpiPage(await half(seen), await restartingJpeg(await half(seen), file), 10),
    ndpiPage(macro, await asSharp(macro).jpeg().toBuffer(), -1),
  ];
  const bytes = composeTiff(pages, { longLinks: true, startsAt });
  await writeFile(file, bytes.subarray(0, 12));
  const target = await open(file, "r+");
  await target.write(bytes, 12, bytes.length - 12, startsAt + 12);
  await target.close();
  return { seen, facts: { ...facts, format: "ndpi", associatedImages: ["macro"] } };
}

/** @param lens magnification; -1 is the picture of the whole glass. */
function ndpiPage({ width, height }: Raw, jpeg: Buffer, lens: number): Picture {
  const starts = restarts(jpeg);
  return {
    fields: [
      ...sizeFields(width, height),
      [259, type.short, [7]],
      [262, type.short, [6]],
      [271, type.ascii, "Hamamatsu"],
      [277, type.short, [3]],
      [278, type.long, [height]],
      ...resolutionFields(10 / Math.abs(lens)),
      [65_420, type.long, [1]],
      [65_421, type.float, floatBytes(lens)],
      [65_424, type.signedLong, [0]],
      ...(starts.length > 1 ? ([[65_426, type.long, starts]] as const) : []),
    ],
    strips: [jpeg],
  };
}

async function restartingJpeg(picture: Raw, file: string): Promise<Buffer> {
  await asSharp(picture).png().toFile(`${file}.png`);
  // With colours at full resolution: no part of such a JPEG needs the rows of another.
  const options = ["--Q", "95", "--restart-interval", "8", "--subsample-mode", "off"];
  const saved = spawnSync("vips", ["jpegsave", `${file}.png`, `${file}.jpg`, ...options], {
    encoding: "utf8",
    env: systemVipsEnvironment(),
  });
  if (saved.stderr) throw new Error(saved.stderr);
  return readFile(`${file}.jpg`);
}

/** Where the coded data begins, and goes on after each restart marker. */
function restarts(jpeg: Buffer): number[] {
  const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]));
  const starts = [scan + 2 + jpeg.readUInt16BE(scan + 2)];
  for (let at = starts[0] ?? 0; at < jpeg.length - 1; at++) {
    if (jpeg[at] === 0xff && ((jpeg[at + 1] ?? 0) & 0xf8) === 0xd0) starts.push(at + 2);
  }
  return starts;
}

/**
 * As Leica's scanners write them: a picture of the whole glass first, and XML that says where on it the slide lies.
 *
 * @param isFlat the XML knows no smaller level.
 */
export async function writeScn(file: string, { scale = 1, isFlat = false } = {}): Promise<Slide> {
  const glass = { width: 600 * scale, height: 400 * scale };
  const [left, top] = [50 * scale, 60 * scale];
  const picture = smoothImage(500 * scale, 300 * scale);
  const smaller = await half(picture);
  const page = async (raw: Raw, more: Picture["fields"]) =>
    tiledPage(await jpegTiles(raw, 256, 85, `${file}.draft`), 256, more);
  const nanometres = (px: number): number => px * 500;
  const view = ({ width, height }: Omit<Raw, "data">, x: number, y: number): string =>
    `sizeX="${nanometres(width)}" sizeY="${nanometres(height)}" offsetX="${nanometres(x)}" offsetY="${nanometres(y)}"`;
  const image = (place: string, levels: readonly [ifd: number, Raw][], objective: number): string =>
    `<image><pixels>${levels.map(([ifd, { width, height }]) => `<dimension sizeX="${width}" sizeY="${height}" r="0" ifd="${ifd}"/>`).join("")}</pixels>
<view ${place}/><scanSettings><objectiveSettings><objective>${objective}</objective></objectiveSettings>
<illuminationSettings><illuminationSource>brightfield</illuminationSource></illuminationSettings></scanSettings></image>`;
  const macro = smoothImage(60, 40);
  const levels: [number, Raw][] = [[1, picture], ...(isFlat ? [] : ([[2, smaller]] as [number, Raw][]))];
  const xml = `<?xml version="1.0"?><scn xmlns="http://www.leica-microsystems.com/scn/2010/10/01">
<collection ${view(glass, 0, 0)}>${image(view(glass, 0, 0), [[0, macro]], 1)}${image(view(picture, left, top), levels, 20)}</collection></scn>`;
  const pages = [
    await page(macro, [[270, type.ascii, xml]]),
    await page(picture, resolutionFields(0.5)),
    await page(smaller, resolutionFields(1)),
  ];
  await writeFile(file, composeTiff(pages, { big: true }));
  const { width, height } = glass;
  const canvas = asSharp({ width, height, data: new Uint8Array(width * height * 3).fill(255) });
  const seen = await decode(
    await canvas
      .composite([{ input: await asSharp(picture).png().toBuffer(), left, top }])
      .removeAlpha()
      .png()
      .toBuffer(),
  );
  return { seen, facts: { ...facts, format: "scn", associatedImages: ["macro"] } };
}

/** As Aperio's scanners write them on request: a TIFF of JPEG 2000 in tiles. */
export async function writeAperioJpeg2000(file: string): Promise<Slide> {
  const tilePx = 256;
  const seen = smoothImage(2 * tilePx, 2 * tilePx);
  const tiles = [0, 1, 2, 3].map(async (i) => {
    const corner = { left: (i % 2) * tilePx, top: (i >> 1) * tilePx, width: tilePx, height: tilePx };
    await asSharp(seen).extract(corner).png().toFile(`${file}-${i}.png`);
    vips("jp2ksave", `${file}-${i}.png`, `${file}-${i}.jp2`, "--lossless");
    const bytes = await readFile(`${file}-${i}.jp2`);
    return bytes.subarray(bytes.indexOf(Buffer.from([0xff, 0x4f, 0xff, 0x51])));
  });
  const page: Picture = {
    fields: [
      ...sizeFields(seen.width, seen.height),
      [259, type.short, [33_005]],
      [262, type.short, [2]],
      [270, type.ascii, "Aperio Image Library v10\r\n512x512 J2K |AppMag = 20|MPP = 0.5"],
      [277, type.short, [3]],
      [284, type.short, [1]],
      [322, type.short, [tilePx]],
      [323, type.short, [tilePx]],
    ],
    tiles: await Promise.all(tiles),
  };
  await writeFile(file, composeTiff([page]));
  return { seen, facts: { ...facts, format: "tiff", associatedImages: [] } };
}

const sizeFields = (width: number, height: number): Picture["fields"] => [
  [256, type.long, [width]],
  [257, type.long, [height]],
  [258, type.short, [8, 8, 8]],
];

function resolutionFields(micrometresPerPixel: number): Picture["fields"] {
  const fraction = Buffer.alloc(8);
  fraction.writeUInt32LE(10_000 / micrometresPerPixel, 0);
  fraction.writeUInt32LE(1, 4);
  return [
    [282, type.rational, fraction],
    [283, type.rational, fraction],
    [296, type.short, [3]],
  ];
}

function floatBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

export const half = async (picture: Raw): Promise<Raw> =>
  decode(
    await asSharp(picture)
      .resize(picture.width / 2, picture.height / 2)
      .png()
      .toBuffer(),
  );
