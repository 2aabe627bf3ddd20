import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { type ImageFacts, openFileSource, openPyramid, readableFormats, writePyramid } from "../src/index.ts";
import { systemVipsEnvironment } from "../src/process/env.ts";
import { readRegion } from "../src/reading/region.ts";
import { composeMirax, zipOf } from "./composed-mirax.ts";
import { half, type Slide, writeNdpi, writeScn } from "./composed-slides.ts";
import { composeTiff, type Picture, type } from "./composed-tiff.ts";
import { differences } from "./expected-levels.ts";
import { jpegTiles, tiledPage, withoutColourMarker } from "./jpeg-tiles.ts";
import { channelOf, plainPage, samplesPage } from "./raw-page.ts";
import { asSharp, decode, type Raw, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();
const page = fileURLToPath(new URL("../../../docs/formats.md", import.meta.url));
const writer = fileURLToPath(new URL("./fixtures/parent.ts", import.meta.url));
const [width, height] = [500, 300];
const picture = smoothImage(width, height);
const hasVips = spawnSync("vips", ["--version"]).status === 0;

type Make = (image: Sharp, file: string) => Promise<unknown>;

/** One file of each kind, made by the library that most such files are made with. */
const kinds: [format: string, kind: string, make: Make][] = [
  ["JPEG", "baseline, 4:2:0", (image, file) => image.jpeg({ quality: 95 }).toFile(file)],
  [
    "JPEG",
    "progressive, 4:4:4",
    (image, file) => image.jpeg({ progressive: true, chromaSubsampling: "4:4:4" }).toFile(file),
  ],
  ["JPEG", "CMYK", (image, file) => image.toColourspace("cmyk").jpeg({ quality: 95 }).toFile(file)],
  ["JPEG", "grey", (image, file) => image.greyscale().jpeg({ quality: 95 }).toFile(file)],
  ...[2, 3, 4, 5, 6, 7, 8].map((orientation): [string, string, Make] => [
    "JPEG",
    `EXIF orientation ${orientation}`,
    (image, file) => image.withMetadata({ orientation }).jpeg({ quality: 95 }).toFile(file),
  ]),
  ["PNG", "8 bits", (image, file) => image.png().toFile(file)],
  ["PNG", "8 bits with alpha", (image, file) => image.ensureAlpha().png().toFile(file)],
  ["PNG", "16 bits", (image, file) => image.toColourspace("rgb16").png().toFile(file)],
  ["PNG", "interlaced", (image, file) => image.png({ progressive: true }).toFile(file)],
  ["PNG", "palette", (image, file) => image.png({ palette: true }).toFile(file)],
  ["WebP", "lossy", (image, file) => image.webp({ quality: 95 }).toFile(file)],
  ["AVIF", "8 bits", (image, file) => image.avif({ quality: 90 }).toFile(file)],
  ["GIF", "one picture", (image, file) => image.gif().toFile(file)],
  ["TIFF", "strips, uncompressed", (image, file) => image.tiff({ compression: "none" }).toFile(file)],
  ["TIFF", "strips, LZW", (image, file) => image.tiff({ compression: "lzw" }).toFile(file)],
  ["TIFF", "strips, deflate", (image, file) => image.tiff({ compression: "deflate" }).toFile(file)],
  ["TIFF", "strips, JPEG", (image, file) => image.tiff({ compression: "jpeg", quality: 95 }).toFile(file)],
  [
    "TIFF",
    "tiles, deflate, BigTIFF",
    (image, file) => image.tiff({ compression: "deflate", tile: true, bigtiff: true }).toFile(file),
  ],
  [
    "TIFF",
    "pyramid of JPEG tiles",
    (image, file) => image.tiff({ compression: "jpeg", quality: 95, tile: true, pyramid: true }).toFile(file),
  ],
  ["TIFF", "16 bits", (image, file) => image.toColourspace("rgb16").tiff({ compression: "lzw" }).toFile(file)],
  [
    "TIFF",
    "1 bit, CCITT G4",
    (image, file) =>
      image.toColourspace("b-w").threshold(128).tiff({ bitdepth: 1, compression: "ccittfax4" }).toFile(file),
  ],
];

/** Files that no library at hand writes, as they are found in the wild. What is seen must be the picture itself. */
const composedKinds: [format: string, kind: string, pages: () => Promise<Picture[]>][] = [
  [
    "TIFF",
    "planar",
    async () => [
      samplesPage({ width, height, channels: 3, bits: 8, strips: [0, 1, 2].map((i) => channelOf(picture, i)) }),
    ],
  ],
  [
    "OME-TIFF",
    "levels in SubIFDs, JPEG tiles",
    async () => {
      const full = tiledPage(await jpegTiles(picture, 256, 95, path("full.tif")), 256, [[270, type.ascii, ome]]);
      return [{ ...full, below: [tiledPage(await jpegTiles(await half(picture), 256, 95, path("half.tif")), 256)] }];
    },
  ],
  [
    "SVS",
    "RGB JPEG tiles",
    async () => {
      const tiles = await jpegTiles(picture, 256, 95, path("svs.tif"));
      const aperio = "Aperio Image Library v11.2.1\r\n500x300 (256x256) JPEG/RGB Q=95|AppMag = 20|MPP = 0.5";
      return [
        tiledPage({ ...tiles, tiles: tiles.tiles.map(withoutColourMarker) }, 256, [[270, type.ascii, aperio]]),
        plainPage(smoothImage(50, 30), [[270, type.ascii, "Aperio Image Library v11.2.1\nmacro 50x30"]]),
      ];
    },
  ],
];
const ome = '<OME><Pixels PhysicalSizeX="250" PhysicalSizeXUnit="nm"/></OME>';

const grey = channelOf(picture, 1);
/** Samples without a black and a white of their own: 3.5 times the picture's, less 200. */
const windowedKinds: [kind: string, samples: Parameters<typeof samplesPage>[0]][] = [
  ["signed, 8 bits", { ...oneChannel(8, 2), strips: [Int8Array.from(grey, (v) => v - 128)].map(bytesOf) }],
  ["signed, 16 bits", { ...oneChannel(16, 2), strips: [Int16Array.from(grey, (v) => v * 4 - 200)].map(bytesOf) }],
  ["unsigned, 32 bits", { ...oneChannel(32, 1), strips: [Uint32Array.from(grey, (v) => v * 9_999)].map(bytesOf) }],
  ["floating-point, grey", { ...oneChannel(32, 3), strips: [Float32Array.from(grey, (v) => v / 255)].map(bytesOf) }],
  [
    "floating-point, RGB",
    { ...oneChannel(32, 3), channels: 3, strips: [Float32Array.from(picture.data, (v) => v * 3.5 - 200)].map(bytesOf) },
  ],
];
function oneChannel(bits: number, sampleFormat: number) {
  return { width, height, channels: 1, bits, sampleFormat };
}
function bytesOf({ buffer }: { buffer: ArrayBuffer }): Uint8Array {
  return new Uint8Array(buffer);
}

const foreignKinds: [format: string, kind: string, extension: string, options: readonly string[]][] = [
  ["JPEG 2000", "lossy", "jp2", ["jp2ksave", "--Q", "90"]],
  ["JPEG XL", "lossy", "jxl", ["jxlsave", "--Q", "95"]],
  ["HEIC", "8 bits", "heic", ["heifsave", "--Q", "90", "--compression", "hevc"]],
  ["TIFF", "Zstandard tiles", "zstd.tif", ["tiffsave", "--compression", "zstd", "--tile"]],
];

const slideKinds: [format: string, kind: string, write: (file: string) => Promise<Slide>][] = [
  ["NDPI", "JPEG strips with restarts", (file) => writeNdpi(file)],
  ["NDPI", "more than 4 GiB", (file) => writeNdpi(file, { startsAt: 2 ** 32 })],
  ["SCN", "JPEG tiles, part of a glass", (file) => writeScn(file)],
  [
    "MRXS",
    "one ZIP",
    async (file) => {
      const { slide, files } = await composeMirax();
      await writeFile(file, await zipOf(files));
      return slide;
    },
  ],
];

const rows: string[][] = [["format", "kind", "channels", "bits", "decoder"]];

async function tiled(file: string): Promise<{ image: ImageFacts; pixels: Raw }> {
  const { image } = await writePyramid(file, path("out.tif"), { settings: { tileSizePx: 512, quality: 95 } });
  const source = await openFileSource(path("out.tif"));
  const pyramid = await openPyramid(source);
  const { widthPx, heightPx, levelCount } = pyramid;
  const { data } = await readRegion(pyramid, levelCount - 1, { leftPx: 0, topPx: 0, widthPx, heightPx });
  await source.close();
  return { image, pixels: { data, width: widthPx, height: heightPx } };
}

/** What a person sees of the file, as sharp shows it. */
const shown = async (file: string): Promise<Raw> =>
  decode(await sharp(file).autoOrient().flatten({ background: "#ffffff" }).toColourspace("srgb").png().toBuffer());

/** The stored sample that a value of the picture became. */
const windowOf = (kind: string, value: number): number =>
  ({
    "signed, 8 bits": value - 128,
    "signed, 16 bits": value * 4 - 200,
    "unsigned, 32 bits": value * 9_999,
    "floating-point, grey": value / 255,
    "floating-point, RGB": value * 3.5 - 200,
  })[kind] ?? Number.NaN;

function record(format: string, kind: string, image: ImageFacts, decoder: string): void {
  rows.push([format, kind, String(image.channels), String(image.bitDepth), decoder]);
}

describe("a real file of each kind is tiled as it is shown:", () => {
  it.each(kinds)("%s, %s", async (format, kind, make) => {
    const file = path(`${format}, ${kind}`);
    await make(asSharp(picture), file);
    const { image, pixels } = await tiled(file);
    const wanted = await shown(file);
    expect([pixels.width, pixels.height]).toEqual([wanted.width, wanted.height]);
    expect(differences(wanted, pixels, 0, 0).all).toBeLessThan(3);
    record(format, kind, image, "built in");
  });

  it.each(composedKinds)("%s, %s", async (format, kind, pages) => {
    const file = path(`${format}, ${kind}`);
    await writeFile(file, composeTiff(await pages()));
    const { image, pixels } = await tiled(file);
    expect(differences(picture, pixels, 0, 0).all).toBeLessThan(3);
    record(format, kind, image, "built in");
  });

  it.runIf(hasVips).each(windowedKinds)("TIFF, %s: from the least sample to the most", async (kind, samples) => {
    const file = path(`${kind}.tif`);
    await writeFile(file, composeTiff([samplesPage(samples)]));
    const { image, pixels } = await tiled(file);
    const values = samples.channels === 3 ? picture.data : grey;
    const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    const data = Uint8Array.from(pixels.data, (_, i) => {
      const value = samples.channels === 3 ? picture.data[i] : grey[Math.floor(i / 3)];
      return (((value ?? 0) - least) / (most - least)) * 255;
    });
    expect(differences({ width, height, data }, pixels, 0, 0).all).toBeLessThan(3);
    expect(image.window?.black).toBeCloseTo(windowOf(kind, least), 4);
    expect(image.window?.white).toBeCloseTo(windowOf(kind, most), 4);
    record("TIFF", kind, image, "system's `vips`");
  });

  it.runIf(hasVips).each(foreignKinds)("%s, %s", async (format, kind, extension, [operation = "", ...options]) => {
    await asSharp(picture).png().toFile(path("plain.png"));
    const file = path(`foreign.${extension}`);
    const saved = spawnSync("vips", [operation, path("plain.png"), file, ...options], {
      encoding: "utf8",
      env: systemVipsEnvironment(),
    });
    expect(saved.stderr).toBe("");
    const { image, pixels } = await tiled(file);
    expect(differences(picture, pixels, 0, 0).all).toBeLessThan(3);
    record(format, kind, image, "system's `vips`");
  });

  it.runIf(hasVips).each(slideKinds)("%s, %s, and what it says of itself", async (format, kind, write) => {
    const file = path(`${format}, ${kind}`);
    const { seen, facts } = await write(file);
    const { image, pixels } = await tiled(file);
    expect(image).toMatchObject(facts);
    expect([pixels.width, pixels.height]).toEqual([seen.width, seen.height]);
    expect(differences(seen, pixels, 0, 0).all).toBeLessThan(3);
    record(format, kind, image, "system's `vips`");
  });
});

it("of an OME-TIFF with a picture for each channel, the first is shown, and all are named", async () => {
  const xml =
    '<OME><Pixels SizeC="3"><Channel Name="DAPI"/><Channel ID="1" Name="FITC"/><Channel ID="2"/></Pixels></OME>';
  const pages = [0, 1, 2].map((i) =>
    samplesPage(
      { width, height, channels: 1, bits: 8, strips: [channelOf(picture, i)] },
      i === 0 ? [[270, type.ascii, xml]] : [],
    ),
  );
  await writeFile(path("channels.ome.tif"), composeTiff(pages));
  const { image, pixels } = await tiled(path("channels.ome.tif"));
  expect(image).toMatchObject({ channels: 1, pageCount: 3, separateChannels: ["DAPI", "FITC", "channel 2"] });
  const first = channelOf(picture, 0);
  const data = Uint8Array.from({ length: 3 * first.length }, (_, i) => first[Math.floor(i / 3)] ?? 0);
  expect(differences({ width, height, data }, pixels, 0, 0).all).toBeLessThan(3);
});

it.runIf(hasVips).each(["scan[1]", "scan [page=7]", "-v", 'a "b, c'])(
  "the system's vips takes nothing in the name %j for an option, absolute or relative, of the source or the target",
  async (name) => {
    const samples: Parameters<typeof samplesPage>[0] = { ...oneChannel(8, 2), strips: [new Uint8Array(grey)] };
    await writeFile(path(name), composeTiff([samplesPage(samples)]));
    const { pyramid } = await writePyramid(path(name), path(`out ${name}`));
    expect(pyramid).toMatchObject({ widthPx: width, heightPx: height });
    const relative = [name, `${name} out`];
    const made = spawnSync(process.execPath, [writer, ...relative], { cwd: path("."), encoding: "utf8" });
    expect(made).toMatchObject({ status: 0, stderr: "" });
    expect(await readFile(path(`${name} out`))).toEqual(await readFile(path(`out ${name}`)));
  },
);

it.runIf(hasVips).each([
  ["usual", picture],
  ["tiny", smoothImage(20, 12)],
])("a TIFF that vips decodes is turned as it says, if it is %s", async (name, stored) => {
  const upright = path(`upright-${name}.tif`);
  await asSharp(stored).withMetadata({ orientation: 6 }).tiff({ compression: "lzw" }).toFile(upright);
  const args = ["tiffsave", upright, path(`turned-${name}.tif`), "--compression", "zstd", "--tile"];
  expect(spawnSync("vips", args, { encoding: "utf8", env: systemVipsEnvironment() }).stderr).toBe("");
  const { image, pixels } = await tiled(path(`turned-${name}.tif`));
  expect(image).toMatchObject({ orientation: 6, widthPx: stored.height, heightPx: stored.width });
  expect(differences(await shown(upright), pixels, 0, 0).all).toBeLessThan(3);
});

it.runIf(hasVips)("white shines through what vips decodes too, of whatever depth", async () => {
  const clear = sharp({ create: { width: 64, height: 64, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
  for (const [name, image] of [
    ["clear8.tif", clear.clone()],
    ["clear16.tif", clear.clone().toColourspace("rgb16")],
  ] as const) {
    await image.tiff({ compression: "lzw" }).toFile(path(name));
    const args = ["tiffsave", path(name), path(`zstd-${name}`), "--compression", "zstd"];
    expect(spawnSync("vips", args, { encoding: "utf8", env: systemVipsEnvironment() }).stderr).toBe("");
    const { pixels } = await tiled(path(`zstd-${name}`));
    expect(Math.min(...pixels.data)).toBeGreaterThan(250);
  }
});

it("what this machine reads goes beyond what is built in where the system's vips is installed", async () => {
  const { readable, missing } = await readableFormats();
  expect(readable).toEqual(expect.arrayContaining(["JPEG", "PNG", "TIFF", "SVS", "OME-TIFF", "WebP", "AVIF", "GIF"]));
  expect(readable.includes("JPEG 2000")).toBe(hasVips);
  expect(missing.includes("JPEG 2000")).toBe(!hasVips);
});

/** Columns of equal width, as Markdown is formatted here. */
function table(rows: readonly string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (cells: readonly string[], fill: string) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(" | ")} |`;
  const [head = [], ...rest] = rows;
  return [
    line(head, " "),
    line(
      head.map(() => ""),
      "-",
    ),
    ...rest.map((row) => line(row, " ")),
  ].join("\n");
}

const document = (rows: readonly string[][]): string => `# What goes in

Made by \`packages/pyramid/test/formats.test.ts\`, which tiles a real file of each kind and compares what comes out with
what goes in. Whatever the source, the pyramid is 8-bit sRGB: a profile is applied, white shines through where the image
is transparent, grey and CMYK are converted.

Of 16 unsigned bits, 0 becomes black and 65,535 white. Signed, 32-bit and floating-point samples have no black and white
of their own: the least sample of the image becomes black and its largest white, in all channels alike. The manifest says
which they were (\`source.window\`).

${table(rows)}

SVS and OME-TIFF are TIFFs: their first picture is tiled. Of an OME-TIFF that has a picture for each channel, that is the
first channel; the manifest names all of them (\`source.separateChannels\`). Resolution, objective and pictures beside the
slide (label, macro, thumbnail) are read from their descriptions. Where such a file holds JPEG tiles of 256 or 512 pixels,
they become the pyramid's as they are ([why and when](adr/0056-a-pyramids-own-tiles.md)).

Hamamatsu's NDPI, Leica's SCN and 3DHistech's MRXS go to the slide reader of the system's \`vips\`, OpenSlide, and say of
themselves what an SVS says. What was not scanned of a glass is white. A slide in MRXS is a file and a folder of the same
name: put both into one ZIP, and nothing else ([more of this](adr/0060-a-mirax-slide-is-one-zip.md)).

No tool writes slides of these makers, nor OME-TIFF, planar and windowed TIFFs: the test composes them, piece by piece, as
those who write them do.

Refused by name, before work begins: samples of 64 bits, more than four colours, TIFF tiles that hold one channel each, a
ZIP that is not one slide in MRXS, other slides of several files, and everything that is not in the table. Where \`vips\`
(Debian's \`libvips-tools\`) is not installed, so is what it decodes; \`npm run doctor\` and \`readableFormats()\` say what a
machine reads. What \`vips\` decodes is copied into the scratch directory first, without loss or within its window, which
takes up to three bytes for each pixel there; a slide in MRXS is unpacked there before.
`;

it.runIf(hasVips)("docs/formats.md says what was found here", async () => {
  await expect(document(rows)).toMatchFileSnapshot(page);
});
