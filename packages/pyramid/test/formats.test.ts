import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { type ImageFacts, openFileSource, openPyramid, readableFormats, writePyramid } from "../src/index.ts";
import { systemVipsEnvironment } from "../src/process/env.ts";
import { differences } from "./expected-levels.ts";
import { asSharp, decode, type Raw, smoothImage } from "./smooth-image.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();
const page = fileURLToPath(new URL("../../../docs/formats.md", import.meta.url));
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
];

const foreignKinds: [format: string, kind: string, extension: string, options: readonly string[]][] = [
  ["JPEG 2000", "lossy", "jp2", ["jp2ksave", "--Q", "90"]],
  ["JPEG XL", "lossy", "jxl", ["jxlsave", "--Q", "95"]],
  ["HEIC", "8 bits", "heic", ["heifsave", "--Q", "90", "--compression", "hevc"]],
  ["TIFF", "Zstandard tiles", "zstd.tif", ["tiffsave", "--compression", "zstd", "--tile"]],
];

const rows: string[][] = [["format", "kind", "channels", "bits", "decoder"]];

async function tiled(file: string): Promise<{ image: ImageFacts; pixels: Raw }> {
  const { image } = await writePyramid(file, path("out.tif"), { settings: { tileSizePx: 512, quality: 95 } });
  const source = await openFileSource(path("out.tif"));
  const pyramid = await openPyramid(source);
  const pixels = await decode((await pyramid.readTile(pyramid.levelCount - 1, 0, 0)) ?? new Uint8Array());
  await source.close();
  return { image, pixels };
}

/** What a person sees of the file, as sharp shows it. */
const shown = async (file: string): Promise<Raw> =>
  decode(await sharp(file).autoOrient().flatten({ background: "#ffffff" }).toColourspace("srgb").png().toBuffer());

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
});

it("what this machine reads goes beyond what is built in where the system's vips is installed", async () => {
  const formats = await readableFormats();
  expect(formats).toEqual(expect.arrayContaining(["jpeg", "png", "tiff", "webp", "gif", "avif"]));
  expect(formats.includes("jp2")).toBe(hasVips);
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
is transparent, grey and CMYK are converted, 16 bits become 8.

${table(rows)}

SVS and OME-TIFF are TIFFs: their first picture is tiled, and resolution and objective are read from their description.
Hamamatsu's NDPI and Leica's SCN are told apart from other TIFFs and go to the slide reader of the system's \`vips\`; no
file of these makers is among the tests.

Refused by name, before work begins: floating-point and signed samples, more than four colours, MRXS and other slides of
several files, and everything that is not in the table. Where \`vips\` (Debian's \`libvips-tools\`) is not installed, so is
what it decodes. \`readableFormats()\` says what a machine reads. What \`vips\` decodes is copied without loss into the
scratch directory first, which takes up to three bytes for each pixel there.
`;

it.runIf(hasVips)("docs/formats.md says what was found here", async () => {
  await expect(document(rows)).toMatchFileSnapshot(page);
});
