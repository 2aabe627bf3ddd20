import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { zstdCompressSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { inspectImage, writePyramid } from "../src/index.ts";
import { composeTiff } from "./composed-tiff.ts";
import { differences } from "./expected-levels.ts";
import { samplesPage } from "./raw-page.ts";
import { recordAllOfVips, recordVips } from "./recorded-vips.ts";
import { asSharp, decode, smoothImage } from "./smooth-image.ts";
import { hasVips, vips } from "./system-vips.ts";
import { tempDir } from "./temp-dir.ts";
import { tiled } from "./tiled.ts";

const path = tempDir();
const writer = fileURLToPath(new URL("./fixtures/parent.ts", import.meta.url));
const [width, height] = [500, 300];

describe.runIf(hasVips)("what the system's vips decodes", () => {
  it.each(["scan[1]", "scan [page=7]", "-v", 'a "b, c'])(
    "may be called %j, absolute or relative, as the source or the target: nothing in it is taken for an option",
    async (name) => {
      const strips = [zstdCompressSync(Uint8Array.from({ length: width * height }, (_, i) => i % 251))];
      const samples = { width, height, channels: 1, bits: 8, compression: 50_000, strips };
      await writeFile(path(name), composeTiff([samplesPage(samples)]));
      const { pyramid } = await writePyramid(path(name), path(`out ${name}`));
      expect(pyramid).toMatchObject({ widthPx: width, heightPx: height });
      const relative = [name, `${name} out`];
      const made = spawnSync(process.execPath, [writer, ...relative], { cwd: path("."), encoding: "utf8" });
      expect(made).toMatchObject({ status: 0, stderr: "" });
      expect(await readFile(path(`${name} out`))).toEqual(await readFile(path(`out ${name}`)));
    },
  );

  it("says which vips that was, and what sharp decodes names none", async () => {
    await asSharp(smoothImage(width, height)).jpeg().toFile(path("plain.jpg"));
    vips("tiffsave", path("plain.jpg"), path("named.zstd.tif"), "--compression", "zstd");
    const { software } = await writePyramid(path("named.zstd.tif"), path("out.tif"));
    const { stdout } = spawnSync("vips", ["--version"], { encoding: "utf8" });
    expect(stdout).toContain(software["systemVips"]);
    expect(software["systemVips"]).toMatch(/^\d+\.\d+\.\d+$/);
    expect(software).toMatchObject({ node: process.versions.node, libvips: sharp.versions.vips });
    const { software: plain } = await writePyramid(path("plain.jpg"), path("out.tif"));
    expect(plain).not.toHaveProperty("systemVips");
  });

  it("is asked once what it has, whatever it is needed for", async () => {
    const strips = [Buffer.alloc(width * height * 5, 90)];
    const samples = { width, height, channels: 5, photometric: 2, bits: 8, extraSamples: [0, 0], strips };
    await writeFile(path("asked.tif"), composeTiff([samplesPage(samples)]));
    const calls = await recordAllOfVips(path("recorded"), () => writePyramid(path("asked.tif"), path("out.tif")));
    const questions = calls.map(({ words: [, first = ""] }) => first).filter((first) => first.startsWith("-"));
    expect(questions.toSorted()).toEqual(["--version", "-l"]);
    expect(calls.some(({ words }) => words.includes("extract_band"))).toBe(true);
  });

  it("says so of channels that it takes out, too", async () => {
    const strips = [Uint8Array.from({ length: width * height * 5 }, (_, i) => i % 251)];
    const samples = { width, height, channels: 5, photometric: 2, bits: 8, extraSamples: [0, 0], strips };
    await writeFile(path("five.tif"), composeTiff([samplesPage(samples)]));
    const { software } = await writePyramid(path("five.tif"), path("out.tif"));
    expect(software).toHaveProperty("systemVips");
  });

  it.each([
    ["infrared", 4, 2, 0, false],
    ["transparency", 4, 2, 2, true],
    ["another measure", 2, 1, 0, false],
    ["transparency of grey", 2, 1, 2, true],
  ] as const)(
    "takes the channel behind the colours for what it is: %s",
    async (name, channels, photometric, extra, hasAlpha) => {
      const data = Uint8Array.from({ length: width * height * channels }, (_, i) =>
        i % channels === channels - 1 ? 0 : 90,
      );
      const samples = { width, height, channels, photometric, bits: 8, compression: 50_000, extraSamples: [extra] };
      await writeFile(
        path(`${name}.tif`),
        composeTiff([samplesPage({ ...samples, strips: [zstdCompressSync(data)] })]),
      );
      const { image, pixels } = await tiled(path(`${name}.tif`), path("out.tif"));
      expect(image).toMatchObject({ channels, hasAlpha });
      expect(Math.abs((pixels.data[3 * 1_000] ?? 0) - (hasAlpha ? 255 : 90))).toBeLessThan(2);
    },
  );

  it.each(["uchar", "float"])("is copied first, and tells how far that is: samples of the kind %s", async (kind) => {
    await asSharp(smoothImage(2_000, 1_500)).png().toFile(path("copied.png"));
    vips("cast", path("copied.png"), `${path("copied.tif")}[compression=zstd]`, kind);
    const told: (number | "tiles")[] = [];
    await writePyramid(path("copied.tif"), path("out.tif"), {
      onCopied: (fraction) => told.push(fraction),
      onProgress: () => told.push("tiles"),
    });
    const fractions = told.slice(0, told.indexOf("tiles")).map(Number);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.length).toBeGreaterThan(2);
    expect(fractions.at(-1)).toBe(1);
    expect(told.slice(fractions.length).every((each) => each === "tiles")).toBe(true);
  });

  it("is measured by nobody but us: a JPEG XL of floating-point numbers", async () => {
    await asSharp(smoothImage(width, height)).png().toFile(path("measured.png"));
    vips("cast", path("measured.png"), path("measured.tif"), "float");
    vips("jxlsave", path("measured.tif"), path("measured.jxl"), "--lossless");
    const calls = await recordVips(path("recorded"), async () => {
      const { image, pixels } = await tiled(path("measured.jxl"), path("out.tif"));
      expect(image).toMatchObject({ format: "jxl", samples: "float" });
      expect([pixels.width, pixels.height]).toEqual([width, height]);
    });
    const named = calls.map(({ words, onlyTrusted }) => [words[1], onlyTrusted]);
    expect(named).toEqual([
      ["-a", false],
      ["jxlload", false],
    ]);
  });

  const readers: [name: string, loader: string, isTrusted: boolean, operation: string, options: readonly string[]][] = [
    ["named.tif", "tiffload", true, "tiffsave", ["--compression", "zstd"]],
    ["named.heic", "heifload", true, "heifsave", ["--compression", "hevc"]],
    ["named.jp2", "jp2kload", false, "jp2ksave", []],
    ["named.jxl", "jxlload", false, "jxlsave", []],
  ];
  it.each(readers)(
    "is read by its own reader, called by name: %s by %s",
    async (name, loader, isTrusted, operation, options) => {
      await asSharp(smoothImage(width, height)).png().toFile(path("named.png"));
      vips(operation, path("named.png"), path(name), ...options);
      const calls = await recordVips(path("recorded"), () => writePyramid(path(name), path("out.tif")));
      // A reader that is a module itself comes with the others.
      expect(calls.filter(({ withModules }) => withModules).length).toBe(
        ["tiffload", "jp2kload"].includes(loader) ? 0 : 2,
      );
      expect(calls.map(({ words, onlyTrusted }) => [words[0], words[1], onlyTrusted])).toEqual([
        ["vipsheader", "-a", isTrusted],
        ["vips", loader, isTrusted],
      ]);
    },
  );

  it("has one page if it is a JPEG 2000, in however many sizes that is stored", async () => {
    await asSharp(smoothImage(width, height)).png().toFile(path("sizes.png"));
    vips("jp2ksave", path("sizes.png"), path("sizes.jp2"), "--lossless");
    expect(await inspectImage(path("sizes.jp2"))).toMatchObject({ format: "jp2", pageCount: 1 });
  });

  it.each([
    ["usual", width, height],
    ["tiny", 20, 12],
  ])("is turned as it says, if it is of a %s size", async (name, storedWidth, storedHeight) => {
    const upright = path(`upright-${name}.tif`);
    const picture = asSharp(smoothImage(storedWidth, storedHeight));
    await picture.withMetadata({ orientation: 6 }).tiff({ compression: "lzw" }).toFile(upright);
    vips("tiffsave", upright, path(`turned-${name}.tif`), "--compression", "zstd", "--tile");
    const { image, pixels } = await tiled(path(`turned-${name}.tif`), path("out.tif"));
    expect(image).toMatchObject({ orientation: 6, widthPx: storedHeight, heightPx: storedWidth });
    const turned = await decode(await sharp(upright).autoOrient().png().toBuffer());
    expect(differences(turned, pixels, 0, 0).all).toBeLessThan(1);
  });

  it.each([
    [8, "srgb", "tif", ["tiffsave", "--compression", "zstd"]],
    [16, "rgb16", "tif", ["tiffsave", "--compression", "zstd"]],
    [8, "srgb", "jp2", ["jp2ksave", "--lossless"]],
    [8, "srgb", "jxl", ["jxlsave", "--lossless"]],
    [16, "rgb16", "jxl", ["jxlsave", "--lossless"]],
    [10, "rgb16", "heic", ["heifsave", "--compression", "hevc", "--bitdepth", "10"]],
  ])("lets white shine through, of %i bits", async (bitDepth, space, extension, [operation = "", ...options]) => {
    const background = { r: 0, g: 0, b: 0, alpha: 0 };
    const clear = sharp({ create: { width: 64, height: 64, channels: 4, background } }).toColourspace(space);
    await clear.png().toFile(path("clear.png"));
    vips(operation, path("clear.png"), path(`clear.${extension}`), ...options);
    const { image, pixels } = await tiled(path(`clear.${extension}`), path("out.tif"));
    expect(image).toMatchObject({ hasAlpha: true, bitDepth });
    expect(Math.min(...pixels.data)).toBeGreaterThan(250);
  });
});
