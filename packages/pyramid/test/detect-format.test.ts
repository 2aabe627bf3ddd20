import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { probe } from "../src/admission/probe.ts";
import { PyramidError } from "../src/index.ts";
import { completeLimits } from "../src/limits.ts";
import type { ImageFormat } from "../src/names.ts";
import { allowOnlySupportedDecoders } from "../src/sharp/open-image.ts";
import { writeBif } from "./composed-bif.ts";
import { box, ftyp, heifMeta, heifOf, longBox } from "./composed-boxes.ts";
import { composeMirax, zipOf } from "./composed-mirax.ts";
import { writeNdpi, writeScn } from "./composed-slides.ts";
import { recordVips } from "./recorded-vips.ts";
import { asSharp, smoothImage } from "./smooth-image.ts";
import { hasVips, vips } from "./system-vips.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();

/** What a file is taken for, or why it is not. */
async function tell(bytes: Buffer): Promise<string> {
  await rm(path("scratch"), { recursive: true, force: true });
  await mkdir(path("scratch"));
  // Each by a name of its own: libvips remembers what it has opened.
  count += 1;
  const file = path(`file-${count}`);
  await writeFile(file, bytes);
  try {
    return (await probe(file, path("scratch"), 256, completeLimits({ reserveBytes: 0 }))).image.format;
  } catch (error) {
    if (!(error instanceof PyramidError)) throw error;
    expect(error.message).toMatch(/^[A-Z].*\.$/);
    return error.code;
  } finally {
    await rm(file);
  }
}
let count = 0;

const image = () => asSharp(smoothImage(600, 400));
async function savedBy(operation: string, extension: string, ...options: string[]): Promise<Buffer> {
  await image().png().toFile(path("saved.png"));
  vips(operation, path("saved.png"), path(`saved.${extension}`), ...options);
  return readFile(path(`saved.${extension}`));
}
async function written(write: (file: string) => Promise<unknown>): Promise<Buffer> {
  await write(path("slide"));
  return readFile(path("slide"));
}

const makers: Record<ImageFormat, () => Promise<Buffer>> = {
  jpeg: () => image().jpeg().toBuffer(),
  png: () => image().png().toBuffer(),
  tiff: () => image().tiff({ compression: "lzw" }).toBuffer(),
  webp: () => image().webp().toBuffer(),
  gif: () => image().gif().toBuffer(),
  avif: () => image().avif({ effort: 0 }).toBuffer(),
  jp2: () => savedBy("jp2ksave", "jp2"),
  jxl: () => savedBy("jxlsave", "jxl"),
  heic: () => savedBy("heifsave", "heic", "--compression", "hevc"),
  ndpi: () => written(writeNdpi),
  scn: () => written(writeScn),
  bif: () => written(writeBif),
  mrxs: async () => zipOf((await composeMirax()).files),
};
const loaders: Partial<Record<string, string>> = {
  jp2: "jp2kload",
  jxl: "jxlload",
  heic: "heifload",
  ndpi: "openslideload",
  scn: "openslideload",
  bif: "openslideload",
  mrxs: "openslideload",
};

/** Files that readers of the system's `vips` know, and that nobody may bring to them. */
const strangers: Record<string, Buffer> = {
  svg: Buffer.from('<!--    --><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
  pdf: Buffer.from("%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"),
  postscript: Buffer.from("%!PS-Adobe-3.0\n(/etc/passwd) (r) file pop\nshowpage\n"),
  ppm: Buffer.from(`P6\n# a comment \n2 2\n255\n${"x".repeat(12)}`),
  exr: Buffer.from("\x76\x2f\x31\x01\x02\0\0\0channels\0", "latin1"),
  dds: Buffer.concat([Buffer.from("DDS \x7c\0\0\0", "latin1"), Buffer.alloc(120)]),
  vms: Buffer.from("#       \n[Virtual Microscope Specimen]\nNoLayers=1\nImageFile=/etc/hostname\n"),
  sqlite: Buffer.concat([Buffer.from("SQLite format 3\0", "latin1"), Buffer.alloc(100)]),
  text: Buffer.from("\ufeff  \n\nnot an image\n"),
};

describe.runIf(hasVips)("one place tells what a file is:", () => {
  const real = new Map<string, Buffer>();
  beforeAll(async () => {
    for (const [format, make] of Object.entries(makers)) real.set(format, await make());
    allowOnlySupportedDecoders();
  }, 60_000);

  it("each format, by itself, and only its own reader sees it", async () => {
    for (const [format, bytes] of real) {
      const calls = await recordVips(path("recorded"), async () => expect(await tell(bytes)).toBe(format));
      expect([format, calls.length]).toEqual([format, format in loaders ? 1 : 0]);
    }
  }, 60_000);

  const bodies = Object.keys(makers);
  const headLengths = [12, 32];
  it.each(bodies)(
    "with the head of a %s on every other's body, nobody else is asked",
    async (headFormat) => {
      const head = real.get(headFormat) ?? expect.fail();
      const results: string[] = [];
      const isForeign = headFormat in loaders;
      const calls = await recordVips(path("recorded"), async () => {
        for (const length of headLengths) {
          for (const [format, body] of [...real, ...Object.entries(strangers)]) {
            if (format === headFormat) continue;
            const told = await tell(Buffer.concat([head.subarray(0, length), body.subarray(length)]));
            results.push(told);
          }
        }
      });
      const family = ["tiff", "ndpi", "scn", "bif"];
      const allowed = family.includes(headFormat)
        ? family
        : ["avif", "heic"].includes(headFormat)
          ? ["avif", "heic"]
          : [headFormat];
      for (const told of results) {
        expect([...allowed, "UNSUPPORTED_FORMAT", "CORRUPT_IMAGE"]).toContain(told);
      }
      if (!isForeign && headFormat !== "tiff" && headFormat !== "avif") expect(calls).toEqual([]);
    },
    120_000,
  );

  it.each(Object.keys(strangers))("a stranger is refused, whoever's body it carries: %s", async (name) => {
    const stranger = strangers[name] ?? expect.fail();
    const calls = await recordVips(path("recorded"), async () => {
      for (const body of [Buffer.alloc(0), ...real.values()]) {
        for (const length of [4, 8, stranger.length]) {
          if (body.length === 0 && length < stranger.length) continue;
          const told = await tell(Buffer.concat([stranger.subarray(0, length), body.subarray(length)]));
          expect(told).toBe("UNSUPPORTED_FORMAT");
        }
      }
    });
    expect(calls).toEqual([]);
  });

  it("half of a signature is none: what stands before it is somebody else's", async () => {
    for (const bytes of real.values()) {
      for (const before of ["\n", " ", "\ufeff", "<!--", "%PDF", "#xyz"]) {
        const told = await tell(Buffer.concat([Buffer.from(before), bytes]));
        expect(told).toBe("UNSUPPORTED_FORMAT");
        const over = await tell(Buffer.concat([Buffer.from(before), bytes.subarray(Buffer.byteLength(before))]));
        expect(over).toBe("UNSUPPORTED_FORMAT");
      }
    }
  });

  it("a file that is cut short anywhere in its first bytes is refused, and by its name as soon as that is whole", async () => {
    for (const [format, bytes] of real) {
      for (const length of [1, 2, 3, 7, 11, 13, 20, 40]) {
        const told = await tell(bytes.subarray(0, length));
        expect([format, length, told]).toEqual([
          format,
          length,
          // The header of a JPEG XL is whole by then, and no more is read yet.
          expect.stringMatching(length < 12 ? /^(UNSUPPORTED_FORMAT|CORRUPT_IMAGE)$/ : /^(CORRUPT_IMAGE|jxl)$/),
        ]);
      }
    }
  });

  it("boxes with sizes of eight bytes, or to the end of the file, are read as others", async () => {
    const jp2 = real.get("jp2") ?? expect.fail();
    const at = jp2.indexOf("jp2c") - 4;
    const content = jp2.subarray(at + 8, at + jp2.readUInt32BE(at));
    const before = jp2.subarray(0, at);
    const toTheEnd = Buffer.from(jp2.subarray(at));
    toTheEnd.writeUInt32BE(0);
    expect(await tell(Buffer.concat([before, longBox("jp2c", content)]))).toBe("jp2");
    expect(await tell(Buffer.concat([before, toTheEnd]))).toBe("jp2");
    expect(await tell(Buffer.concat([before, longBox("free", Buffer.alloc(4)), jp2.subarray(at)]))).toBe("jp2");
    const endless = Buffer.from(longBox("jp2c", content));
    endless.writeBigUInt64BE(2n ** 63n, 8);
    expect(await tell(Buffer.concat([before, endless]))).toBe("CORRUPT_IMAGE");
    endless.writeBigUInt64BE(0n, 8);
    expect(await tell(Buffer.concat([before, endless]))).toBe("CORRUPT_IMAGE");
  });
});

describe("a JPEG 2000", () => {
  const signature = box("jP  ", "\r\n\x87\n");
  it.each([
    ["without a type", [signature, box("jp2h")], "CORRUPT_IMAGE"],
    ["with its picture first", [signature, box("jp2c", "\xff\x4f\xff\x51"), ftyp("jp2 ", "jp2 ")], "CORRUPT_IMAGE"],
    ["with thousands of brands", [signature, ftyp("jp2 ", ...Array<string>(2_000).fill("jp2 "))], "CORRUPT_IMAGE"],
    ["that is a film", [signature, ftyp("mjp2", "mjp2")], "UNSUPPORTED_FORMAT"],
    ["that is a document", [signature, ftyp("jpm ", "jpm ")], "UNSUPPORTED_FORMAT"],
    ["of no size", [Buffer.from("\xff\x4f\xff\x51", "latin1"), Buffer.alloc(100)], "CORRUPT_IMAGE"],
  ])("%s is refused", async (_, parts, code) => {
    expect(await tell(Buffer.concat(parts))).toBe(code);
  });
});

describe("a HEIF", () => {
  it.each([
    ["jpeg", "JPEG"],
    ["j2k1", "JPEG 2000"],
    ["vvc1", "VVC"],
    ["unci", "uncompressed"],
    ["x\ny\0", "x?y?"],
  ])("whose picture is of %j is refused by name", async (kind, name) => {
    await writeFile(path("other.heif"), heifOf(kind, "mif1"));
    const refused = probe(path("other.heif"), path("."), 256, completeLimits());
    await expect(refused).rejects.toMatchObject({ code: "UNSUPPORTED_FORMAT", message: expect.stringContaining(name) });
  });

  it.each([
    ["an animated AVIF", ftyp("avis", "avif", "mif1")],
    ["an image sequence", ftyp("hevc", "msf1", "heic")],
    ["a film", ftyp("isom", "mp42")],
    ["a raw file of a camera", ftyp("crx ", "isom")],
  ])("%s is refused by name", async (_, head) => {
    expect(await tell(Buffer.concat([head, heifMeta({ kinds: ["av01"] })]))).toBe("UNSUPPORTED_FORMAT");
  });

  it.each([
    ["made of itself", { kinds: ["grid"], parts: [1] }],
    ["made of nothing", { kinds: ["grid"] }],
    ["made of what is not there", { kinds: ["grid"], parts: [7] }],
    ["without items", { kinds: [] }],
  ])("%s is damaged", async (_, items) => {
    expect(await tell(Buffer.concat([ftyp("heic", "mif1"), heifMeta(items)]))).toBe("CORRUPT_IMAGE");
  });

  it("of pictures for two decoders is refused", async () => {
    const meta = heifMeta({ kinds: ["grid", "av01", "hvc1"], parts: [2, 3] });
    expect(await tell(Buffer.concat([ftyp("mif1", "heic"), meta]))).toBe("UNSUPPORTED_FORMAT");
  });

  it.each([
    ["size 0", Buffer.from("\0\0\0\0ftypheic\0\0\0\0mif1", "latin1"), "UNSUPPORTED_FORMAT"],
    ["a size of eight bytes", longBox("ftyp", Buffer.from("heic\0\0\0\0mif1")), "CORRUPT_IMAGE"],
    ["a size that is no size", Buffer.from("\0\0\0\x09ftypheic", "latin1"), "UNSUPPORTED_FORMAT"],
    ["thousands of brands", ftyp("heic", ...Array<string>(2_000).fill("mif1")), "UNSUPPORTED_FORMAT"],
    ["its type behind something else", Buffer.concat([box("free"), heifOf("hvc1")]), "UNSUPPORTED_FORMAT"],
  ])("with %s is refused", async (_, bytes, code) => {
    expect(await tell(bytes)).toBe(code);
  });
});

describe("a GIF", () => {
  /** One picture of 2 x 1 pixels, somewhere on a screen. */
  const gif = (width: number, height: number): Buffer => {
    const screen = Buffer.alloc(7);
    screen.writeUInt16LE(width, 0);
    screen.writeUInt16LE(height, 2);
    screen[4] = 0x80;
    const picture = Buffer.from([0x2c, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 2, 0x44, 0x0a, 0, 0x3b]);
    return Buffer.concat([Buffer.from("GIF89a"), screen, Buffer.from([0, 0, 0, 255, 255, 255]), picture]);
  };

  it.each([
    [2, 1, "gif"],
    // Its picture lies within the screen, as every viewer shows it.
    [30, 20, "gif"],
    [0, 0, "gif"],
    [65_535, 65_535, "CORRUPT_IMAGE"],
    [640, 480, "CORRUPT_IMAGE"],
    [3_000, 2, "CORRUPT_IMAGE"],
  ])("of one small picture that says it is %i x %i", async (width, height, told) => {
    expect(await tell(gif(width, height))).toBe(told);
  });

  it("without a picture, or with notes that do not end, is damaged", async () => {
    const head = gif(2, 1).subarray(0, 19);
    const note = Buffer.concat([Buffer.from([0x21, 0xfe]), Buffer.alloc(10_000, 255)]);
    for (const rest of [Buffer.alloc(0), Buffer.from([0x3b]), note]) {
      expect(await tell(Buffer.concat([head, rest]))).toBe("CORRUPT_IMAGE");
    }
  });
});

it.each([
  [
    "PNG without its header first",
    Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\x0dIDAT0123456789abcdef", "latin1"),
    "CORRUPT_IMAGE",
  ],
  [
    "PNG of Apple's own kind",
    Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\x04CgBI0123456789abcdef", "latin1"),
    "UNSUPPORTED_FORMAT",
  ],
  ["WebP of sound", Buffer.from("RIFF\x10\0\0\0WEBPdata\0\0\0\0", "latin1"), "CORRUPT_IMAGE"],
  ["RIFF of sound", Buffer.from("RIFF\x10\0\0\0WAVEfmt \0\0\0\0", "latin1"), "UNSUPPORTED_FORMAT"],
  ["BigTIFF of another width", Buffer.from("II+\0\x04\0\0\0\x10\0\0\0\0\0\0\0", "latin1"), "CORRUPT_IMAGE"],
  ["ZIP behind something else", Buffer.from("GARBAGEPK\x05\x06"), "UNSUPPORTED_FORMAT"],
])("a %s is refused", async (_, bytes, code) => {
  expect(await tell(bytes)).toBe(code);
});

it("no reader of sharp's sees what is not its own", async () => {
  allowOnlySupportedDecoders();
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  await writeFile(path("drawing.svg"), svg);
  await expect(sharp(path("drawing.svg")).metadata()).rejects.toThrow();
});
