import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { inspectImage, writePyramid } from "../src/index.ts";
import { composeTiff, type } from "./composed-tiff.ts";
import { samplesPage } from "./raw-page.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();

/** A TIFF of RGB that is all header: its pixels are missing. */
async function header(width: number, height: number): Promise<string> {
  const file = path(`${width}x${height}.tif`);
  const page = samplesPage({ width, height, channels: 3, bits: 8, strips: [new Uint8Array(16)] });
  await writeFile(file, composeTiff([page], { big: true }));
  return file;
}

it("a strip is read whatever its size, and counts as the memory that it takes", async () => {
  const [width, height] = [6_000, 5_000];
  const strips = [new Uint8Array(width * 4_000 * 3).fill(90), new Uint8Array(width * 1_000 * 3).fill(90)];
  const { fields } = samplesPage({ width, height, channels: 3, bits: 8, strips: [] });
  const inTwo = fields.map((each) => (each[0] === 278 ? ([278, type.long, [4_000]] as const) : each));
  await writeFile(path("two-strips.tif"), composeTiff([{ fields: inTwo, strips }]));
  const { pyramid } = await writePyramid(path("two-strips.tif"), path("out.tif"));
  expect(pyramid).toMatchObject({ widthPx: width, heightPx: height });
  const limits = { memoryBytes: 100 * 2 ** 20 };
  await expect(inspectImage(path("two-strips.tif"), { limits })).rejects.toMatchObject({
    code: "NEEDS_MORE_MEMORY",
    neededBytes: expect.toSatisfy((bytes: number) => bytes > 180 * 2 ** 20),
  });
});

describe("by default", () => {
  it("40 gigapixels are accepted, and a column more is not", async () => {
    await expect(inspectImage(await header(200_000, 200_000))).resolves.toMatchObject({ widthPx: 200_000 });
    await expect(inspectImage(await header(200_001, 200_000))).rejects.toMatchObject({
      code: "TOO_MANY_PIXELS",
      message: "The image has 40,000,200,000 pixels; the limit is 40,000,000,000.",
    });
  });

  it("an image may take 512 MiB", async () => {
    await expect(inspectImage(await header(400_000, 100))).rejects.toMatchObject({
      code: "NEEDS_MORE_MEMORY",
      message: expect.stringMatching(/the limit is 512 MiB\.$/),
    });
  });
});
