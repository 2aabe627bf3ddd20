import { randomFillSync } from "node:crypto";
import { access, readdir, writeFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { parseMiraxIndex, requirePlausible } from "../src/formats/mirax/slidedat.ts";
import { inspectImage, PyramidError, type PyramidLimits, writePreview, writePyramid } from "../src/index.ts";
import { composeMirax, type Packing, zipOf } from "./composed-mirax.ts";
import { recordVips } from "./recorded-vips.ts";
import { hasVips } from "./system-vips.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();
const { slide, files } = await composeMirax();
const entry = (name: string): Buffer => files.get(name) ?? expect.fail(name);

/** Whatever is said of the file, nothing is left of the work. */
async function refusal(zip: Buffer, limits: Partial<PyramidLimits> = {}): Promise<PyramidError> {
  await writeFile(path("slide.zip"), zip);
  const error = await writePyramid(path("slide.zip"), path("slide.tif"), { limits }).then(
    () => expect.fail("it was accepted"),
    (reason: unknown) => reason,
  );
  expect(await filesLeft()).toEqual([]);
  if (!(error instanceof PyramidError)) throw error;
  expect(error.message).toMatch(/^[A-Z][^/\n]*\.$/);
  return error;
}

const filesLeft = async (): Promise<string[]> =>
  (await readdir(path("."))).filter((name) => name.startsWith("slide.tif"));

describe.runIf(hasVips)("a MIRAX slide in one ZIP", () => {
  const packings: [how: string, folder: string, besides: readonly string[], packing: Packing][] = [
    ["deflated", "", [], {}],
    ["stored", "", [], { deflated: false }],
    ["with 64-bit sizes", "", [], { zip64: true }],
    ["in a folder, with what a Mac adds", "mine/", ["__MACOSX/mine/._slide.mrxs", "mine/.DS_Store"], {}],
  ];
  it.each(packings)("is read %s", async (_, folder, besides, packing) => {
    const within = [...files].map(([name, content]) => [`${folder}${name}`, content] as const);
    const more = besides.map((name) => [name, Buffer.from("x")] as const);
    await writeFile(path("whole.zip"), await zipOf([...within, ...more], packing));
    const { image, pyramid } = await writePyramid(path("whole.zip"), path("whole.tif"));
    expect(image).toMatchObject(slide.facts);
    expect(pyramid).toMatchObject({ widthPx: 512, heightPx: 512 });
    expect((await readdir(path("."))).filter((name) => name.startsWith("whole"))).toEqual(["whole.tif", "whole.zip"]);
  });

  it("can be inspected, and is not unpacked for a preview", async () => {
    await writeFile(path("whole.zip"), await zipOf(files));
    await expect(inspectImage(path("whole.zip"))).resolves.toMatchObject(slide.facts);
    await expect(writePreview(path("whole.zip"), path("preview.tif"))).resolves.toBeNull();
  });

  it("that is being unpacked is gone when the work is cancelled", async () => {
    // Deflated to a fiftieth, and unpacked for seconds.
    const long = Buffer.alloc(200_000_000);
    for (let at = 0; at < long.length; at += 1_000) randomFillSync(long, at, 20);
    await writeFile(path("slide.zip"), await zipOf([...files, ["slide/Data0001.dat", long]]));
    const controller = new AbortController();
    const work = writePyramid(path("slide.zip"), path("slide.tif"), { signal: controller.signal });
    const unpacked = path("slide.tif.scratch/vips/slide/Data0001.dat");
    await Promise.race([work, vi.waitFor(() => access(unpacked), { timeout: 90_000, interval: 5 })]);
    controller.abort(new Error("enough"));
    await expect(work).rejects.toThrow("enough");
    expect(await filesLeft()).toEqual([]);
  });
});

describe.runIf(hasVips)("is refused with what to do:", () => {
  const rename = (content: Buffer, from: string, to: string): Buffer =>
    Buffer.from(content.toString("latin1").replaceAll(from, to), "latin1");
  const zips: [what: string, zip: () => Promise<Buffer>, message: RegExp][] = [
    [
      "a ZIP of something else",
      () => zipOf([["a.jpg", Buffer.from("x")]]),
      /without a MIRAX slide: put the \.mrxs file and/,
    ],
    ["an empty ZIP", () => zipOf([]), /without a MIRAX slide/],
    ["two slides", () => zipOf([...files, ["other.mrxs", Buffer.from("x")]]), /several MIRAX slides/],
    ["something beside the slide", () => zipOf([...files, ["notes.txt", Buffer.from("x")]]), /more than a MIRAX slide/],
    ["a folder in the folder", () => zipOf([...files, ["slide/a/b.dat", Buffer.from("x")]]), /more than a MIRAX slide/],
    [
      "a slide without its folder",
      () => zipOf([["slide.mrxs", entry("slide.mrxs")]]),
      /folder of the MIRAX slide is not/,
    ],
    ["a file twice", () => zipOf([...files, ["slide/Index.dat", Buffer.from("x")]]), /two files of the same name/],
    [
      "an index of megabytes",
      () => zipOf(new Map([...files, ["slide/Slidedat.ini", Buffer.alloc(2 ** 21)]])),
      /is not in/,
    ],
  ];
  it.each(zips)("%s", async (_, zip, message) => {
    const error = await refusal(await zip());
    expect(error.code).toBe("UNSUPPORTED_FORMAT");
    expect(error.message).toMatch(message);
  });

  it("a link", async () => {
    const bytes = await zipOf(files);
    // Of the last entry in the central directory, the upper half of its attributes is the mode of the file.
    const last = bytes.lastIndexOf(Buffer.from("PK\x01\x02", "latin1"));
    bytes.writeUInt16LE(0o120_777, last + 40);
    expect((await refusal(bytes)).message).toMatch(/holds links/);
  });

  it("a way out of the folder", async () => {
    const bytes = rename(
      await zipOf([...files, ["slide/xx/evil", Buffer.from("x")]]),
      "slide/xx/evil",
      "slide/../evil",
    );
    expect((await refusal(bytes)).code).toBe("CORRUPT_IMAGE");
  });

  it.each(["FILE_0 = ../../secret.dat", "\tINDEXFILE=/etc/passwd", "FILE_0\r= ..\\x", "FILE_0 = Data0000.dat\0"])(
    "an index that says %j",
    async (line) => {
      const index = Buffer.concat([entry("slide/Slidedat.ini"), Buffer.from(`[DATAFILE]\r\n${line}\r\n`)]);
      const error = await refusal(await zipOf(new Map([...files, ["slide/Slidedat.ini", index]])));
      expect(error.code).toBe("CORRUPT_IMAGE");
      expect(error.message).toMatch(/names a file that is not in its folder/);
    },
  );

  it("more than the disk has to spare, before anything is unpacked", async () => {
    const error = await refusal(await zipOf(files), { reserveBytes: 2 ** 60 });
    expect(error.code).toBe("SCRATCH_FULL");
    expect(error.message).toMatch(/takes 1 MiB unpacked, and the disk has 0 MiB to spare/);
  });

  it("a small file that says it becomes a large one", async () => {
    const bytes = await zipOf(files, { zip64: true });
    const last = bytes.lastIndexOf(Buffer.from("PK\x01\x02", "latin1"));
    const longSizes = bytes.indexOf(Buffer.from([1, 0, 24, 0]), last);
    bytes.writeBigUInt64LE(2n ** 50n, longSizes + 4);
    const announced = await refusal(bytes);
    expect(announced.code).toBe("CORRUPT_IMAGE");
    expect(announced.message).toMatch(/are to become 1,125,899,906,842,624/);
    const real = await refusal(await zipOf([...files, ["slide/Data0001.dat", Buffer.alloc(20_000_000)]]));
    expect(real.code).toBe("CORRUPT_IMAGE");
  });

  it("many small files that become a large one together, or one of which several are made", async () => {
    const parts = Array.from({ length: 8 }, (_, i) => [`slide/Data000${i + 1}.dat`, Buffer.alloc(4_000_000)] as const);
    const error = await refusal(await zipOf([...files, ...parts]));
    expect([error.code, error.message]).toEqual([
      "CORRUPT_IMAGE",
      expect.stringMatching(/are to become 3\d,\d{3},\d{3}/),
    ]);
    const shared = await zipOf(files);
    const last = shared.lastIndexOf(Buffer.from("PK\x01\x02", "latin1"));
    shared.writeUInt32LE(shared.length, last + 20);
    expect((await refusal(shared)).code).toBe("CORRUPT_IMAGE");
  });

  const numbers: [key: string, value: string][] = [
    ["IMAGENUMBER_X", "2147483647"],
    ["IMAGENUMBER_Y", "-2"],
    ["IMAGENUMBER_X", "2.5"],
    ["IMAGENUMBER_X", "two"],
    ["CameraImageDivisionsPerSide", "0"],
    ["HIER_COUNT", "2147483647"],
    ["NONHIER_COUNT", "1e9"],
    ["NONHIER_0_COUNT", "2147483647"],
    ["HIER_0_COUNT", "33"],
    ["FILE_COUNT", "2147483647"],
    ["OVERLAP_X", "1e308"],
    ["OVERLAP_Y", "nan"],
    ["DIGITIZER_WIDTH", "2147483647"],
    ["DIGITIZER_HEIGHT", "0"],
    ["MICROMETER_PER_PIXEL_X", "inf"],
    ["IMAGE_CONCAT_FACTOR", "60"],
  ];
  it.each(numbers)("%s = %s, before any reader counts by it", async (key, value) => {
    const index = entry("slide/Slidedat.ini").toString("latin1");
    const line = index.split("\r\n").find((each) => each.startsWith(`${key} = `)) ?? expect.fail(key);
    const changed = Buffer.from(index.replace(line, `${key} = ${value}`), "latin1");
    const calls = await recordVips(path("recorded"), async () => {
      const error = await refusal(await zipOf(new Map([...files, ["slide/Slidedat.ini", changed]])));
      expect([error.code, error.message]).toEqual([
        "CORRUPT_IMAGE",
        expect.stringMatching(/numbers that no slide has/),
      ]);
    });
    expect(calls).toEqual([]);
  });

  it("an index that is long and empty, as soon as any other", async () => {
    const rest = 2 ** 20 - entry("slide/Slidedat.ini").length;
    for (const filling of ["\n", " ", "[", "=", "FILE_0", "\t\r\n"]) {
      const index = Buffer.concat([entry("slide/Slidedat.ini"), Buffer.alloc(rest, filling)]);
      const begun = process.cpuUsage();
      requirePlausible(parseMiraxIndex(index.toString("latin1")));
      expect(process.cpuUsage(begun).user).toBeLessThan(1_000_000);
    }
  });

  it("a picture beside its folder is read by nobody", async () => {
    const exr = Buffer.from("\x76\x2f\x31\x01", "latin1");
    await writeFile(path("whole.zip"), await zipOf(new Map([...files, ["slide.mrxs", exr]])));
    await expect(inspectImage(path("whole.zip"))).resolves.toMatchObject(slide.facts);
  });

  it("a file that unpacks to more or less than the ZIP says", async () => {
    for (const difference of [-1, 1]) {
      const bytes = await zipOf(files);
      const last = bytes.lastIndexOf(Buffer.from("PK\x01\x02", "latin1"));
      bytes.writeUInt32LE(bytes.readUInt32LE(last + 24) + difference, last + 24);
      expect((await refusal(bytes)).code).toBe("CORRUPT_IMAGE");
    }
  });

  it("a ZIP that is cut short, or damaged within", async () => {
    const bytes = await zipOf(files);
    const middle = Math.floor(bytes.length / 2);
    expect((await refusal(bytes.subarray(0, middle))).code).toBe("CORRUPT_IMAGE");
    bytes.fill(0, middle, middle + 100);
    expect((await refusal(bytes)).code).toBe("CORRUPT_IMAGE");
    const stored = await zipOf(files, { deflated: false });
    stored.fill(0, middle, middle + 100);
    expect((await refusal(stored)).message).toMatch(/ZIP is damaged/);
  });
});
