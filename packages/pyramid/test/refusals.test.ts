import { mkdir, readFile, writeFile } from "node:fs/promises";
import { zstdCompressSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { allFormats } from "../src/formats/formats.ts";
import { inspectImage, type PyramidErrorCode, writePyramid } from "../src/index.ts";
import { decoderError } from "../src/vips/decoder-error.ts";
import { writeBif } from "./composed-bif.ts";
import { heifOf } from "./composed-boxes.ts";
import { writeNdpi, writeScn } from "./composed-slides.ts";
import { composeTiff, type Picture, type } from "./composed-tiff.ts";
import { jpegTiles, tiledPage } from "./jpeg-tiles.ts";
import { samplesPage } from "./raw-page.ts";
import { refusalIn } from "./refusal.ts";
import { asSharp, smoothImage } from "./smooth-image.ts";
import { hasVips, vips } from "./system-vips.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();
const refusal = refusalIn(path);
const image = () => asSharp(smoothImage(700, 500));

async function vipsSave(target: string, operation: string, ...options: string[]): Promise<void> {
  await image().png().toFile(`${target}.png`);
  vips(operation, `${target}.png`, target, ...options);
}

/** As on a machine that has no such command. */
const withoutVips = <T>(use: () => Promise<T>): Promise<T> => withCommandsIn(path("."), use);

/** @param directories where commands are found, as in PATH. */
async function withCommandsIn<T>(directories: string, use: () => Promise<T>): Promise<T> {
  const searched = process.env["PATH"];
  process.env["PATH"] = directories;
  try {
    return await use();
  } finally {
    process.env["PATH"] = searched;
  }
}

describe("before work begins:", () => {
  const files: [name: string, code: PyramidErrorCode, content: string | Buffer][] = [
    ["empty.jpg", "EMPTY_FILE", ""],
    ["text.txt", "UNSUPPORTED_FORMAT", "not an image"],
    ["one-byte.bin", "UNSUPPORTED_FORMAT", "x"],
    ["drawing.svg", "UNSUPPORTED_FORMAT", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    ["paper.pdf", "UNSUPPORTED_FORMAT", "%PDF-1.7\n"],
    ["bitmap.bmp", "UNSUPPORTED_FORMAT", Buffer.from("BM\x46\0\0\0\0\0\0\0\x36\0\0\0", "latin1")],
    ["header.jpg", "CORRUPT_IMAGE", Buffer.from("\xff\xd8\xff\xe0\0\x10JFIF", "latin1")],
    ["header.png", "CORRUPT_IMAGE", Buffer.from("\x89PNG\r\n\x1a\n", "latin1")],
    ["header.tif", "CORRUPT_IMAGE", Buffer.from("II*\0\x08\0\0\0", "latin1")],
  ];
  it.each(files)("%s is refused as %s", async (name, code, content) => {
    await writeFile(path(name), content);
    expect((await refusal(name)).code).toBe(code);
    await expect(inspectImage(path(name))).rejects.toMatchObject({ code });
  });

  it("a format that takes the system's decoder, by name and with what brings it, where there is none", async () => {
    await writeFile(path("photo.heic"), heifOf("hvc1"));
    const error = await withoutVips(() => refusal("photo.heic"));
    expect(error.code).toBe("UNSUPPORTED_FORMAT");
    expect(error.message).toMatch(/HEIC.*libvips-tools/);
  });

  const ends: [how: string, code: PyramidErrorCode, script: string][] = [
    ["by the system was out of memory, and the image is not damaged", "OUT_OF_MEMORY", "kill -KILL $$"],
    ["for want of memory, by itself", "OUT_OF_MEMORY", "echo 'GLib: failed to allocate 9 bytes' >&2; kill -TRAP $$"],
    ["as it crashes", "INTERNAL", "kill -SEGV $$"],
    ["for more processor time than any image explains", "CORRUPT_IMAGE", "kill -XCPU $$"],
    ["for a longer file than any image explains", "CORRUPT_IMAGE", "kill -XFSZ $$"],
  ];
  it.runIf(hasVips).each(ends)("a decoder that ends %s: %s", async (_, code, script) => {
    await mkdir(path("mortal"), { recursive: true });
    const answers = 'case "$1" in -*) exec /usr/bin/vips "$@" ;; esac';
    await writeFile(path("mortal/vips"), `#!/bin/sh\n${answers}\n${script}\n`, { mode: 0o755 });
    await vipsSave(path("mortal.tif"), "tiffsave", "--compression", "zstd");
    const error = await withCommandsIn(`${path("mortal")}:${process.env["PATH"]}`, () => refusal("mortal.tif"));
    expect(error.code).toBe(code);
  });

  it.each([
    ["cannot allocate memory", "OUT_OF_MEMORY"],
    ["error while loading shared libraries", "INTERNAL"],
  ])("a decoder that can't be run for now is not called missing: %s", async (complaint, code) => {
    await mkdir(path("broken"), { recursive: true });
    await writeFile(path("broken/vips"), `#!/bin/sh\necho "${complaint}" >&2\nexit 127\n`, { mode: 0o755 });
    await writeFile(path("photo.heic"), heifOf("hvc1"));
    expect((await withCommandsIn(path("broken"), () => refusal("photo.heic"))).code).toBe(code);
  });

  it("an unsupported format is told what is supported", async () => {
    await writeFile(path("other.txt"), "not an image");
    const { message } = await refusal("other.txt");
    expect(message).toMatch(/supported are JPEG, PNG, TIFF, SVS, .* and MRXS as a ZIP\.$/);
    for (const { readable } of allFormats) {
      for (const { name, isVariant = false } of readable) expect(message.includes(name), name).toBe(!isVariant);
    }
  });

  it("too many pixels, with both numbers", async () => {
    await image().png().toFile(path("large.png"));
    const error = await refusal("large.png", { limits: { maxPixels: 349_999 } });
    expect(error.code).toBe("TOO_MANY_PIXELS");
    expect(error.message).toMatch(/350,000.*349,999/);
    await writePyramid(path("large.png"), path("large.tif"), { limits: { maxPixels: 350_000 } });
  });

  it("a decoder that is too old to keep others from a file counts as missing", async () => {
    await mkdir(path("old"), { recursive: true });
    const answer = "echo vips-8.12.1; echo 'VipsForeignLoadHeifFile (heifload), load'";
    await writeFile(path("old/vips"), `#!/bin/sh\n${answer}\n`, { mode: 0o755 });
    await writeFile(path("photo.heic"), heifOf("hvc1"));
    const error = await withCommandsIn(path("old"), () => refusal("photo.heic"));
    expect(error.code).toBe("UNSUPPORTED_FORMAT");
    expect(error.message).toMatch(/HEIC.*from version 8\.13 on/);
  });

  it("samples of which none can be shown, or of more channels than are shown", async () => {
    const picture = { width: 4, height: 4, channels: 1, bits: 32, sampleFormat: 3 };
    for (const [name, value] of Object.entries({
      nan: Number.NaN,
      endless: Number.POSITIVE_INFINITY,
      missing: -9_999,
    })) {
      const strips = [new Uint8Array(new Float32Array(16).fill(value).buffer)];
      const noData = [42_113, type.ascii, "-9999"] as const;
      await writeFile(path(`${name}.tif`), composeTiff([samplesPage({ ...picture, strips }, [noData])]));
      const error = await refusal(`${name}.tif`);
      expect([error.code, error.message]).toEqual(["UNSUPPORTED_FORMAT", expect.stringMatching(/no sample.*missing/)]);
    }
    const strips = [new Uint8Array(128)];
    await writeFile(path("two.tif"), composeTiff([samplesPage({ ...picture, channels: 2, strips })]));
    const error = await refusal("two.tif");
    expect(error.code).toBe("UNSUPPORTED_FORMAT");
    expect(error.message).toMatch(/2 channels/);
  });

  it.runIf(hasVips)("a JPEG 2000 of six channels", async () => {
    await image().png().toFile(path("plain.png"));
    vips("bandjoin", `${path("plain.png")} ${path("plain.png")}`, path("six.jp2"));
    const error = await refusal("six.jp2");
    expect(error.code).toBe("UNSUPPORTED_FORMAT");
    expect(error.message).toMatch(/6 channels.*save it/);
    await expect(inspectImage(path("six.jp2"))).rejects.toMatchObject({ message: error.message });
  });

  const frame = () => sharp({ create: { width: 3_000, height: 2_000, channels: 3, background: "#c85028" } });
  const wholeFrames: [name: string, make: (name: string) => Promise<unknown>, reason: RegExp][] = [
    ["progressive.jpg", (name) => frame().jpeg({ progressive: true }).toFile(name), /progressive JPEG/],
    ["interlaced.png", (name) => frame().png({ progressive: true }).toFile(name), /interlaced PNG/],
    ["turned.jpg", (name) => frame().withMetadata({ orientation: 6 }).jpeg().toFile(name), /upright/],
    ["frame.webp", (name) => frame().webp().toFile(name), /WebP/],
  ];
  it.each(wholeFrames)("%s, if it takes more memory than allowed", async (name, make, reason) => {
    await make(path(name));
    const error = await refusal(name, { limits: { memoryBytes: 40 * 2 ** 20 } });
    expect(error.code).toBe("NEEDS_MORE_MEMORY");
    expect(error.message).toMatch(reason);
    expect(error.message).toMatch(/the limit is 40 MiB/);
    expect(error.neededBytes).toBeGreaterThan(40 * 2 ** 20);
    await expect(inspectImage(path(name))).resolves.toMatchObject({ channels: 3 });
  });

  const foreignFrames: [name: string, make: (name: string) => void, reason: RegExp][] = [
    ["frame.jxl", (name) => vips("jxlsave", path("frame.tif"), name, "--effort", "3"), /of its format/],
    ["frame.heic", (name) => vips("heifsave", path("frame.tif"), name, "--compression", "hevc"), /of its format/],
    ["frame.jp2", (name) => vips("jp2ksave", path("frame.tif"), name), /of its format/],
    ["turned-zstd.tif", (name) => vips("tiffsave", path("frame.tif"), name, "--compression", "zstd"), /upright/],
  ];
  it.runIf(hasVips).each(foreignFrames)("%s, likewise, where vips reads it", async (name, make, reason) => {
    await frame().withMetadata({ orientation: 6 }).tiff({ compression: "lzw" }).toFile(path("frame.tif"));
    make(path(name));
    const error = await refusal(name, { limits: { memoryBytes: 50 * 2 ** 20 } });
    expect(error.code).toBe("NEEDS_MORE_MEMORY");
    expect(error.message).toMatch(reason);
    await expect(inspectImage(path(name))).resolves.toMatchObject({ channels: 3 });
  });

  describe.runIf(hasVips)("a copy by vips that takes more memory than allowed:", () => {
    const widthPx = 200_000;

    /** Wide by its directory: all of its tiles are the same. */
    async function wideTiff(name: string, heightPx: number, tilePx: number): Promise<void> {
      const tile = zstdCompressSync(Buffer.alloc(tilePx ** 2 * 3));
      const count = Math.ceil(widthPx / tilePx) * Math.ceil(heightPx / tilePx);
      const fields: Picture["fields"] = [
        [256, type.long, [widthPx]],
        [257, type.long, [heightPx]],
        [258, type.short, [8, 8, 8]],
        [259, type.short, [50_000]],
        [262, type.short, [2]],
        [277, type.short, [3]],
        [322, type.long, [tilePx]],
        [323, type.long, [tilePx]],
      ];
      await writeFile(path(name), composeTiff([{ fields, tiles: Array.from({ length: count }, () => tile) }]));
    }

    it("by its width, whatever its height", async () => {
      const [low, high] = await Promise.all(
        [512, 1_536].map(async (heightPx) => {
          await wideTiff(`${heightPx}.tif`, heightPx, 128);
          return refusal(`${heightPx}.tif`, { limits: { memoryBytes: 300 * 2 ** 20 } });
        }),
      );
      expect(low?.code).toBe("NEEDS_MORE_MEMORY");
      expect(low?.message).toMatch(/is so wide that tiling it takes about 4\d\d MiB, and the limit is 300 MiB/);
      expect(high?.neededBytes).toBe(low?.neededBytes);
    });

    it("by the height of its tiles, which are decoded by the row", async () => {
      await wideTiff("tall-tiles.tif", 1_536, 512);
      // With an ordinary limit: begun, it would be killed.
      const error = await refusal("tall-tiles.tif");
      expect(error.code).toBe("NEEDS_MORE_MEMORY");
      expect(error.neededBytes).toBeGreaterThan(800 * 2 ** 20);
    });

    it("by what the reader of slides takes besides", async () => {
      await writeScn(path("cached.scn"));
      const error = await refusal("cached.scn", { limits: { memoryBytes: 70 * 2 ** 20 } });
      expect(error.code).toBe("NEEDS_MORE_MEMORY");
      expect(error.neededBytes).toBeLessThan(100 * 2 ** 20);
    });

    const lowStrips = (name: string) =>
      vips("black", `${path(name)}[compression=zstd]`, `${widthPx}`, "64", "--bands", "3");
    it.each([
      ["tiles", (name: string) => wideTiff(name, 64, 512)],
      ["strips", lowStrips],
    ])("not if it is low, in %s", async (layout, make) => {
      await make(`low-${layout}.tif`);
      const { pyramid } = await writePyramid(path(`low-${layout}.tif`), path("low.out.tif"));
      expect(pyramid).toMatchObject({ widthPx, heightPx: 64 });
    });
  });
});

describe("half-way:", () => {
  const formats: [name: string, make: (name: string) => Promise<unknown>][] = [
    ["cut.jpg", (name) => image().jpeg().toFile(name)],
    ["cut-progressive.jpg", (name) => image().jpeg({ progressive: true }).toFile(name)],
    ["cut.png", (name) => image().png().toFile(name)],
    ["cut-interlaced.png", (name) => image().png({ progressive: true }).toFile(name)],
    ["cut.tif", (name) => image().tiff().toFile(name)],
    ["cut-tiled.tif", (name) => image().tiff({ tile: true, compression: "deflate" }).toFile(name)],
    ["cut.webp", (name) => image().webp().toFile(name)],
    ["cut.gif", (name) => image().gif().toFile(name)],
    ["cut.avif", (name) => image().avif({ effort: 0 }).toFile(name)],
  ];
  it.each(formats)("%s, cut in half, is corrupt", async (name, make) => {
    await make(path(name));
    const bytes = await readFile(path(name));
    await writeFile(path(name), bytes.subarray(0, bytes.length / 2));
    expect((await refusal(name)).code).toBe("CORRUPT_IMAGE");
  });

  const vipsFormats: [name: string, make: (name: string) => unknown][] = [
    ["cut.ndpi", writeNdpi],
    ["cut.scn", writeScn],
    ["cut.jp2", (name) => vipsSave(name, "jp2ksave")],
    ["cut.jxl", (name) => vipsSave(name, "jxlsave")],
    ["cut.heic", (name) => vipsSave(name, "heifsave", "--compression", "hevc")],
    ["cut-zstd.tif", (name) => vipsSave(name, "tiffsave", "--compression", "zstd", "--tile")],
  ];
  describe.runIf(hasVips).each(vipsFormats)("%s, as vips reads it,", (name, make) => {
    it.each(["12 bytes", "40 bytes", "50 %", "95 %"])("cut to %s, is corrupt", async (length) => {
      await make(path(name));
      const bytes = await readFile(path(name));
      const [count = 0, unit] = [Number.parseInt(length, 10), length.split(" ")[1]];
      await writeFile(path(name), bytes.subarray(0, unit === "%" ? (bytes.length * count) / 100 : count));
      expect((await refusal(name)).code).toBe("CORRUPT_IMAGE");
    });
  });

  it.runIf(hasVips).each(["</scn>", "brightfield"])(
    "a slide that its reader does not open, for want of its %s, is not taken for the picture in front of it",
    async (word) => {
      await writeScn(path("other.scn"));
      const text = (await readFile(path("other.scn"))).toString("latin1");
      await writeFile(path("other.scn"), Buffer.from(text.replaceAll(word, word.toUpperCase()), "latin1"));
      const error = await refusal("other.scn");
      expect(error.code).toBe("CORRUPT_IMAGE");
      expect(error.message).toMatch(/^The slide is damaged, incomplete, or of a kind that its reader does not open\.$/);
    },
  );

  it.runIf(hasVips)("a slide of Ventana's of a kind that its reader does not open is refused by name", async () => {
    await writeBif(path("left.bif"), { direction: "LEFT" });
    const error = await refusal("left.bif");
    expect(error.code).toBe("UNSUPPORTED_FORMAT");
    expect(error.message).toMatch(/Ventana BIF.*save it as a TIFF/);
  });

  it.runIf(hasVips).each(["", "\nopenslide.vendor: leica"])(
    "a slide that names one maker and is another's goes to neither, whatever else it says: %j",
    async (more) => {
      const tiles = await jpegTiles(smoothImage(512, 512), 256, 90, path("draft.tif"));
      const words = `Aperio Image Library\nleica-microsystems.com/scn${more}\n`;
      await writeFile(path("neither.tif"), composeTiff([tiledPage(tiles, 256, [[270, type.ascii, words]])]));
      expect((await refusal("neither.tif")).code).toBe("CORRUPT_IMAGE");
    },
  );

  it.runIf(hasVips)("a JPEG XL too short for its decoder to know it by is corrupt", async () => {
    await writeFile(path("start.jxl"), Buffer.from([0xff, 0x0a, 0x41]));
    expect((await refusal("start.jxl")).code).toBe("CORRUPT_IMAGE");
  });

  it("a JPEG that says it ends half-way is corrupt, not partly grey", async () => {
    const bytes = await image().jpeg().toBuffer();
    bytes.writeUInt16BE(0xffd9, Math.floor(bytes.length / 2));
    await writeFile(path("ended.jpg"), bytes);
    expect((await refusal("ended.jpg")).code).toBe("CORRUPT_IMAGE");
  });

  it("a file that is not there is nobody's image", async () => {
    expect((await refusal("missing.jpg")).code).toBe("INTERNAL");
  });
});

it.each([
  ["wbuffer_write: write failed\nunix error: No space left on device", "SCRATCH_FULL"],
  ["vips_image: out of memory --- size == 3GB", "OUT_OF_MEMORY"],
  ["ZSTD compression support is not configured", "UNSUPPORTED_FORMAT"],
  ["Input image exceeds channel limit", "UNSUPPORTED_FORMAT"],
  ["image: bad labq format", "UNSUPPORTED_FORMAT"],
  ["jp2k: libvips built without JPEG2000 support", "UNSUPPORTED_FORMAT"],
  ["tiff2vips: samples_per_pixel not a whole number of bytes", "UNSUPPORTED_FORMAT"],
  ["VipsJpeg: premature end of JPEG image", "CORRUPT_IMAGE"],
])("the decoder's text %j means %s", (text, code) => {
  expect(decoderError(new Error(text))).toMatchObject({ code, cause: text });
});

it.each([
  { settings: { quality: 0 } },
  { settings: { tileSizePx: 100 as 256 } },
  { settings: { tileFormat: "gif" as "webp" } },
  { limits: { maxPixels: 0 } },
])("%j is out of range", async (options) => {
  await expect(writePyramid(path("any"), path("any.tif"), options)).rejects.toThrow(RangeError);
});
