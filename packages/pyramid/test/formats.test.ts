import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type ImageFacts, readableFormats, type SampleWindow } from "../src/index.ts";
import { hasOpenJpeg } from "./composed-jpeg2000.ts";
import { composedKinds } from "./composed-kinds.ts";
import { composeTiff, type } from "./composed-tiff.ts";
import { differences } from "./expected-levels.ts";
import { formatsPage, type Row } from "./formats-page.ts";
import { channelOf, samplesPage } from "./raw-page.ts";
import { windowedKinds } from "./sample-kinds.ts";
import { greyOf, type Kind, picture, savedKinds } from "./saved-kinds.ts";
import { asSharp, type Raw } from "./smooth-image.ts";
import { hasVips } from "./system-vips.ts";
import { tempDir } from "./temp-dir.ts";
import { tiled } from "./tiled.ts";
import { openJpegKinds, slideKinds, vipsKinds } from "./vips-kinds.ts";

const path = tempDir();
const page = fileURLToPath(new URL("../../../docs/formats.md", import.meta.url));
const rows: Row[] = [];

/** Mean difference that the pyramid's own JPEG makes to a sample, at most: dots of a palette are the hardest. */
const tileLoss = 0.65;

/** What is to be seen may differ by what the pyramid's tiles lose, and by what a lossy source lost before. */
function expectSeen(seen: Raw, pixels: Raw, loss: number): void {
  expect([pixels.width, pixels.height]).toEqual([seen.width, seen.height]);
  const { all } = differences(seen, pixels, 0, 0);
  expect(all).toBeLessThan(tileLoss + loss);
}

/** Makes a pyramid of a file of the kind; of a lossless one, exactly what the same picture as a plain PNG becomes. */
async function expectKind({ format, kind, write, seen, loss }: Kind): Promise<ImageFacts> {
  const file = path(`${format}, ${kind}`);
  await write(file);
  const { image, pixels } = await tiled(file, path("out.tif"));
  const wanted = await seen(file);
  expectSeen(wanted, pixels, loss);
  if (loss === 0) {
    await asSharp(wanted).png().toFile(path("plain.png"));
    const plain = await tiled(path("plain.png"), path("out.tif"));
    expect(Buffer.compare(pixels.data, plain.pixels.data)).toBe(0);
  }
  return image;
}

/** As far as a float of 32 bits tells. */
function expectWindow(found: SampleWindow | null, wanted: SampleWindow | null): void {
  expect(found?.foundBy).toBe(wanted?.foundBy);
  for (const name of ["black", "white", "least", "most"] as const) {
    const value = wanted?.[name] ?? 0;
    expect(Math.abs((found?.[name] ?? 0) - value), name).toBeLessThanOrEqual(1e-6 * Math.abs(value));
  }
}

describe("a real file of each kind is tiled as it is shown:", () => {
  it.each([...savedKinds, ...composedKinds])("$format, $kind", async (kind) => {
    rows.push({ ...kind, image: await expectKind(kind), decoder: "built in" });
  });

  it.each(windowedKinds)("$format, $kind, and within which window", async (kind) => {
    const image = await expectKind(kind);
    expectWindow(image.window, kind.window);
    rows.push({ ...kind, image, decoder: "built in" });
  });

  it.runIf(hasVips).each(vipsKinds)("$format, $kind", async (kind) => {
    rows.push({ ...kind, image: await expectKind(kind), decoder: "system's `vips`" });
  });

  it.runIf(hasOpenJpeg).each(openJpegKinds)("$format, $kind", async (kind) => {
    rows.push({ ...kind, image: await expectKind(kind), decoder: "OpenJPEG" });
  });

  it.runIf(hasVips).each(slideKinds)("$format, $kind, and what it says of itself", async ({ format, kind, write }) => {
    const file = path(`${format}, ${kind}`);
    const { seen, facts } = await write(file);
    const { image, pixels } = await tiled(file, path("out.tif"));
    expect(image).toMatchObject(facts);
    expectSeen(seen, pixels, 0.5);
    rows.push({ format, kind, image, decoder: "system's `vips`" });
  });
});

it("of an OME-TIFF with a picture for each channel, the first is shown, and all are named", async () => {
  const xml =
    '<OME><Pixels SizeC="3"><Channel Name="DAPI"/><Channel ID="1" Name="FITC"/><Channel ID="2"/></Pixels></OME>';
  const channels = [0, 1, 2].map((i) => channelOf(picture, i));
  const pages = channels.map((channel, i) =>
    samplesPage({ ...picture, channels: 1, bits: 8, strips: [channel] }, i === 0 ? [[270, type.ascii, xml]] : []),
  );
  await writeFile(path("channels.ome.tif"), composeTiff(pages));
  const { image, pixels } = await tiled(path("channels.ome.tif"), path("out.tif"));
  expect(image).toMatchObject({ channels: 1, pageCount: 3, separateChannels: ["DAPI", "FITC", "channel 2"] });
  expectSeen(greyOf(channels[0] ?? new Uint8Array()), pixels, 0);
});

it("what this machine reads goes beyond what is built in where the system's vips is installed", async () => {
  const { readable, missing } = await readableFormats();
  expect(readable).toEqual(expect.arrayContaining(["JPEG", "PNG", "TIFF", "SVS", "OME-TIFF", "WebP", "AVIF", "GIF"]));
  expect(readable.includes("JPEG 2000")).toBe(hasVips);
  expect(missing.includes("JPEG 2000")).toBe(!hasVips);
});

it.runIf(hasVips && hasOpenJpeg)("docs/formats.md says what was found here", async () => {
  await expect(formatsPage(rows)).toMatchFileSnapshot(page);
});
