import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { inspectImage, writePyramid } from "../src/index.ts";
import {
  codestreamOf,
  colourBoxes,
  definitionBox,
  hasOpenJpeg,
  hasOpenJph,
  jp2,
  type Plane,
  paletteBoxes,
  run,
  space,
  withTileParts,
} from "./composed-jpeg2000.ts";
import { differences } from "./expected-levels.ts";
import { plane, rgb, ycc } from "./planes.ts";
import { refusalIn } from "./refusal.ts";
import { asSharp, decode, type Raw } from "./smooth-image.ts";
import { hasVips, vips } from "./system-vips.ts";
import { tempDir } from "./temp-dir.ts";
import { tiled } from "./tiled.ts";

const path = tempDir();
const refusal = refusalIn(path);

const wave = (position: number, length: number): number => Math.sin((2 * Math.PI * position) / length);
/** Strong colours, which a mistaken space or a shift by a few pixels changes everywhere. */
function colourful(width: number, height: number): Raw {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    data.set([128 + 100 * wave(x, 160), 128 + 100 * wave(y, 140), 128 + 100 * wave(x + y, 200)], 3 * i);
  }
  return { data, width, height };
}
const picture = colourful(240, 200);
const size = [picture.width, picture.height] as const;

const grey = plane(picture, 1, 1, ([r = 0]) => r);
const alpha: Plane = { ...grey, samples: grey.samples.map((_, i) => (i < grey.samples.length / 2 ? 255 : 0)) };
const draft = (planes: readonly Plane[], ...options: string[]) =>
  codestreamOf(path("draft"), size, planes, {}, ...options);

const sRgb = colourBoxes.enumerated(space.rgb);
const sYcc = colourBoxes.enumerated(space.ycc);
const greys = colourBoxes.enumerated(space.grey);
const tiles = ["-t", "64,64"];
const offset = ["-d", "38,42", "-T", "6,10", "-t", "64,64"];

async function seenIn(bytes: Buffer, name: string) {
  await writeFile(path(name), bytes);
  return tiled(path(name), path("out.tif"));
}

const greyOf = (samples: Uint8Array, value = (sample: number) => sample): Raw => ({
  ...picture,
  data: Uint8Array.from(Array.from(samples).flatMap((sample) => Array(3).fill(value(sample)))),
});

describe.runIf(hasOpenJpeg && hasVips)("JPEG 2000 is shown as it is meant,", () => {
  const shown: [name: string, make: () => Promise<Buffer>][] = [
    ["4:4:4", async () => jp2([await draft(ycc(picture, 1, 1))], sYcc)],
    ["4:2:2", async () => jp2([await draft(ycc(picture, 2, 1))], sYcc)],
    ["4:2:0", async () => jp2([await draft(ycc(picture, 2, 2))], sYcc)],
    ["4:2:0 in tiles", async () => jp2([await draft(ycc(picture, 2, 2), ...tiles)], sYcc)],
    ["4:2:0 from an even place", async () => jp2([await draft(ycc(picture, 2, 2), "-d", "6,10")], sYcc)],
    ["4:2:0 without boxes", async () => draft(ycc(picture, 2, 2))],
    ["RGB from elsewhere than the origin", async () => jp2([await draft(rgb(picture), "-d", "5,7")], sRgb)],
    ["RGB in tiles from elsewhere", async () => jp2([await draft(rgb(picture), ...offset)], sRgb)],
    ["RGB without boxes", async () => draft(rgb(picture))],
    [
      "the first of two codestreams",
      async () => jp2([await draft(rgb(picture)), await draft(ycc(picture, 1, 1))], sRgb),
    ],
    [
      "tiles in parts that lie apart",
      async () =>
        withTileParts(await draft(rgb(picture), ...tiles, "-TP", "R"), (parts) =>
          parts.toSorted((a, b) => a.part - b.part || b.tile - a.tile),
        ),
    ],
  ];
  it.each(shown)("%s", async (name, make) => {
    const { image, pixels } = await seenIn(await make(), `${name}.jp2`);
    expect(image).toMatchObject({ format: "jp2", widthPx: 240, heightPx: 200, channels: 3, bitDepth: 8, pageCount: 1 });
    expect(await inspectImage(path(`${name}.jp2`))).toEqual(image);
    expect(differences(picture, pixels, 0, 0).all).toBeLessThan(1.5);
  });

  it("of an odd size in 4:2:0", async () => {
    const odd = colourful(241, 199);
    await asSharp(odd).png().toFile(path("odd.png"));
    vips("jp2ksave", path("odd.png"), path("odd.jp2"), "--subsample-mode", "on", "--Q", "95");
    const { pixels } = await tiled(path("odd.jp2"), path("out.tif"));
    expect(differences(odd, pixels, 0, 0).all).toBeLessThan(3);
  });

  it("of channels that all have half the resolution: in as many pixels as are stored", async () => {
    const { image, pixels } = await seenIn(jp2([await draft(rgb(picture, 2, 2))], sRgb), "alike.jp2");
    expect(image).toMatchObject({ widthPx: 120, heightPx: 100 });
    const small = await decode(
      await asSharp(picture).resize({ width: 120, height: 100, kernel: "linear" }).png().toBuffer(),
    );
    expect(differences(small, pixels, 0, 0).all).toBeLessThan(1.5);
  });

  it("of a palette", async () => {
    const colours = Array.from({ length: 256 }, (_, i) => [i, 255 - i, (i * 2) % 256]);
    const file = jp2([await draft([grey])], sRgb, ...paletteBoxes(colours));
    const { image, pixels } = await seenIn(file, "palette.jp2");
    expect(image).toMatchObject({ channels: 3, bitDepth: 8 });
    const data = Uint8Array.from(Array.from(grey.samples).flatMap((index) => colours[index] ?? []));
    expect(differences({ ...picture, data }, pixels, 0, 0).all).toBeLessThan(1.5);
  });

  it.each(["of four bits", "of two bits"])("grey %s, white where it says white", async (name) => {
    const bits = name.includes("four") ? 4 : 2;
    const most = 2 ** bits - 1;
    const samples = grey.samples.map((sample) => Math.round((sample / 255) * most));
    const codestream = await codestreamOf(path("draft"), size, [{ ...grey, samples }], { bits });
    const { image, pixels } = await seenIn(jp2([codestream], greys), `${bits}.jp2`);
    expect(image).toMatchObject({ bitDepth: bits, channels: 1 });
    expect(
      differences(
        greyOf(samples, (sample) => Math.round((sample / most) * 255)),
        pixels,
        0,
        0,
      ).all,
    ).toBeLessThan(2);
  });

  it.each([
    ["where libvips decodes it", []],
    ["from elsewhere than the origin", ["-d", "6,8"]],
  ])("white through transparency, %s", async (name, options) => {
    const kinds = definitionBox([[0, 1], [0, 2], [0, 3], [1, 0]]); // biome-ignore format: a row for each would say less
    const file = jp2([await draft([...rgb(picture), alpha], ...options)], sRgb, kinds);
    const { image, pixels } = await seenIn(file, `alpha ${name}.jp2`);
    expect(image).toMatchObject({ channels: 4, hasAlpha: true });
    const data = picture.data.map((value, i) => (i < picture.data.length / 2 ? value : 255));
    expect(differences({ ...picture, data }, pixels, 0, 0).all).toBeLessThan(1.5);
  });

  it("channels in another order than their colours", async () => {
    const [r, g, b] = rgb(picture) as [Plane, Plane, Plane];
    const kinds = definitionBox([[0, 3], [0, 2], [0, 1]]); // biome-ignore format: likewise
    const { pixels } = await seenIn(jp2([await draft([b, g, r])], sRgb, kinds), "bgr.jp2");
    expect(differences(picture, pixels, 0, 0).all).toBeLessThan(1.5);
  });

  it("colours of a profile, wherever its pixels begin", async () => {
    const wide = await asSharp(picture).withIccProfile("p3").png().toBuffer();
    const { data } = await sharp(wide, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true });
    const profile = (await sharp(wide).metadata()).icc ?? Buffer.alloc(0);
    const file = jp2([await draft(rgb({ ...picture, data }), "-d", "6,8")], colourBoxes.profile(profile));
    const { image, pixels } = await seenIn(file, "profile.jp2");
    expect(image.iccProfile).toBe(true);
    expect(differences(picture, pixels, 0, 0).all).toBeLessThan(2);
  });

  it.runIf(hasOpenJph)("of high throughput, wherever its pixels begin, and in 4:2:0", async () => {
    await writeFile(path("ht.ppm"), Buffer.concat([Buffer.from(`P6\n${size.join(" ")}\n255\n`), picture.data]));
    run("ojph_compress", "-i", path("ht.ppm"), "-o", path("ht.j2c"), "-reversible", "true");
    const moved = ["-image_offset", "{5,7}"];
    run("ojph_compress", "-i", path("ht.ppm"), "-o", path("ht-moved.j2c"), "-reversible", "true", ...moved);
    for (const name of ["ht", "ht-moved"]) {
      const { pixels } = await tiled(path(`${name}.j2c`), path("out.tif"));
      expect(differences(picture, pixels, 0, 0).all, name).toBeLessThan(1.5);
    }
  });

  it.runIf(hasOpenJph).each([
    [240, 200],
    [241, 199],
  ])("of high throughput in 4:2:0, %i x %i", async (width, height) => {
    const seen = colourful(width, height);
    await writeFile(path("ht.yuv"), Buffer.concat(ycc(seen, 2, 2).map(({ samples }) => samples)));
    const layout = ["-dims", `{${width},${height}}`, "-num_comps", "3", "-downsamp", "{1,1},{2,2},{2,2}"];
    const depth = ["-bit_depth", "8,8,8", "-signed", "false,false,false"];
    run("ojph_compress", "-i", path("ht.yuv"), "-o", path("ht-420.j2c"), "-reversible", "true", ...layout, ...depth);
    const { pixels } = await tiled(path("ht-420.j2c"), path("out.tif"));
    expect(differences(seen, pixels, 0, 0).all).toBeLessThan(1.5);
  });

  it("and what made the pixels is recorded", async () => {
    await writeFile(path("plain.jp2"), jp2([await draft(rgb(picture))], sRgb));
    const { software: plain } = await writePyramid(path("plain.jp2"), path("out.tif"));
    expect(plain).toHaveProperty("systemVips");
    expect(plain).not.toHaveProperty("openJpeg");
    await writeFile(path("moved.jp2"), jp2([await draft(rgb(picture), "-d", "5,7")], sRgb));
    const { software } = await writePyramid(path("moved.jp2"), path("out.tif"));
    const { stdout } = spawnSync("opj_decompress", ["-h"], { encoding: "utf8" });
    expect(software["openJpeg"]).toMatch(/^\d+\.\d+/);
    expect(stdout).toContain(software["openJpeg"]);
    expect(software).not.toHaveProperty("systemVips");
  });
});

describe.runIf(hasOpenJpeg && hasVips)("JPEG 2000 is refused by name, before a decoder sees it,", () => {
  const changed = (codestream: Buffer, at: number, value: number): Buffer => {
    codestream.writeUInt16BE(value, at);
    return codestream;
  };
  const four = async () => draft([...rgb(picture), grey]);
  const cases: [name: string, make: () => Promise<Buffer>, reason: RegExp][] = [
    ["RGB at less than full resolution in two channels", async () =>
      jp2([await draft([...rgb(picture).slice(0, 1), ...rgb(picture, 2, 2).slice(1)])], sRgb), /different resolutions/],
    ["4:1:1", async () => jp2([await draft(ycc(picture, 4, 1))], sYcc), /different resolutions/],
    ["4:2:0 from an odd place", async () => jp2([await draft(ycc(picture, 2, 2), "-d", "5,7")], sYcc), /different resolutions/],
    ["CIE Lab", async () => jp2([await draft(rgb(picture))], colourBoxes.enumerated(space.lab)), /CIE Lab.*save it/],
    ["a profile of any kind", async () =>
      jp2([await draft(rgb(picture))], colourBoxes.profile(Buffer.alloc(200), 3)), /describes its colours/],
    ["digital cinema", async () => changed(await draft(rgb(picture)), 6, 3), /digital cinema/],
    ["a fourth channel of no meaning", async () => jp2([await four()], sRgb), /4 channels and doesn't say/],
    ["four channels without a word", four, /4 channels and doesn't say/],
    ["multiplied colours", async () =>
      jp2([await four()], sRgb, definitionBox([[0, 1], [0, 2], [0, 3], [2, 0]])), /multiplied/],
    ["signed samples from elsewhere", async () =>
      jp2([await codestreamOf(path("draft"), size, [grey], { isSigned: true }, "-d", "6,8")], greys), /signed/],
    ["parts of tiles in reverse", async () =>
      withTileParts(await draft(rgb(picture), ...tiles, "-TP", "R"), (parts) => parts.toReversed()), /parts of its tiles/],
    ["scattered parts that are not counted", async () =>
      withTileParts(await draft(rgb(picture), ...tiles, "-TP", "R"), (parts) =>
        parts
          .map((part) => ({ ...part, bytes: Buffer.from(part.bytes.fill(0, 11, 12)) }))
          .toSorted((a, b) => a.part - b.part)), /parts of its tiles/],
  ]; // biome-ignore format: a row for each
  it.each(cases)("%s", async (name, make, reason) => {
    await writeFile(path(`${name}.jp2`), await make());
    const error = await refusal(`${name}.jp2`);
    expect([error.code, error.message]).toEqual(["UNSUPPORTED_FORMAT", expect.stringMatching(reason)]);
    await expect(inspectImage(path(`${name}.jp2`))).rejects.toMatchObject({ message: error.message });
  });

  it("what takes more memory than allowed, as it is decoded whole", async () => {
    await writeFile(path("whole.jp2"), jp2([await draft(ycc(picture, 1, 1))], sYcc));
    const error = await refusal("whole.jp2", { limits: { memoryBytes: 40 * 2 ** 20 } });
    expect(error.code).toBe("NEEDS_MORE_MEMORY");
  });

  it("what takes a decoder that is not there, with what brings it", async () => {
    await writeFile(path("missing.jp2"), jp2([await draft(ycc(picture, 1, 1))], sYcc));
    const searched = process.env["PATH"];
    process.env["PATH"] = path(".");
    const error = await refusal("missing.jp2").finally(() => {
      process.env["PATH"] = searched;
    });
    expect([error.code, error.message]).toEqual(["UNSUPPORTED_FORMAT", expect.stringMatching(/libopenjp2-tools/)]);
  });

  const incomplete: [name: string, keep: (tile: number, part: number) => boolean][] = [
    ["a tile", (tile) => tile !== 5],
    ["a part of a tile", (tile, part) => tile !== 5 || part !== 2],
  ];
  it.each(incomplete)("and as damaged where %s is missing", async (_, keep) => {
    const codestream = await draft(rgb(picture), ...tiles, "-TP", "R");
    const less = withTileParts(codestream, (parts) => parts.filter(({ tile, part }) => keep(tile, part)));
    for (const [name, colour] of [
      ["plain", sRgb],
      ["converted", sYcc],
    ] as const) {
      await writeFile(path(`${name}.jp2`), jp2([less], colour));
      expect((await refusal(`${name}.jp2`)).code).toBe("CORRUPT_IMAGE");
    }
  });

  it.each([30, 70, 200, 50_000])("and as damaged where it is cut to %i bytes", async (bytes) => {
    const file = jp2([await draft(ycc(picture, 1, 1))], sYcc);
    await writeFile(path("cut.jp2"), file.subarray(0, Math.min(bytes, file.length - 3_000)));
    expect((await refusal("cut.jp2")).code).toBe("CORRUPT_IMAGE");
  });
});
