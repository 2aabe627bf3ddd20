import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { associatedImages, micrometresPerPixel, objectivePower } from "../src/formats/slide-facts.ts";
import { readPages } from "../src/tiff/pages.ts";
import { composeTiff, type Picture, type } from "./composed-tiff.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();
const orders = [
  { little: true, big: false },
  { little: false, big: false },
  { little: true, big: true },
  { little: false, big: true },
];

const page = (widthPx: number, heightPx: number, description = "", isTiled = true): Picture => ({
  fields: [
    [256, type.short, [widthPx]],
    [257, type.long, [heightPx]],
    [258, type.short, [8, 8, 8]],
    [277, type.short, [3]],
    ...(description ? ([[270, type.ascii, description]] as const) : []),
    ...(isTiled ? ([[322, type.short, [240]] as const, [323, type.long, [240]] as const] as const) : []),
  ],
});

describe.each(orders)("of a TIFF of little-endian $little and big $big", (order) => {
  it("every page is read, and those below one", async () => {
    const pictures = [
      { ...page(2_220, 2_967, "MPP = 0.5"), below: [page(1_110, 1_483), page(555, 741)] },
      page(70, 80),
    ];
    await writeFile(path("pages.tif"), composeTiff(pictures, order));
    const pages = await readPages(path("pages.tif"));
    expect(pages.map(({ place, widthPx, heightPx }) => [place.page, place.subifd, widthPx, heightPx])).toEqual([
      [0, null, 2_220, 2_967],
      [0, 0, 1_110, 1_483],
      [0, 1, 555, 741],
      [1, null, 70, 80],
    ]);
    expect(pages[0]).toMatchObject({
      tile: { widthPx: 240, heightPx: 240 },
      bitsPerSample: 8,
      samplesPerPixel: 3,
      compression: 1,
      isPlanar: false,
      description: "MPP = 0.5\0",
    });
  });

  it("only so much is read as leads somewhere", async () => {
    const bytes = composeTiff([page(100, 100, "MPP = 1 and so on"), page(50, 50)], order);
    for (let length = 0; length < bytes.length; length++) {
      await writeFile(path("cut.tif"), bytes.subarray(0, length));
      expect((await readPages(path("cut.tif"))).length).toBeLessThan(2);
    }
  });
});

it("a TIFF whose pages go round in a circle has an end", async () => {
  const bytes = composeTiff([page(100, 100)]);
  const first = bytes.readUInt32LE(4);
  bytes.writeUInt32LE(first, bytes.length - 4);
  await writeFile(path("circle.tif"), bytes);
  expect(await readPages(path("circle.tif"))).toHaveLength(1);
});

it.each([
  ["Aperio Image Library v11\n2220x2967 |AppMag = 20|MPP = 0.4990|Filename = x", 0.499, 20],
  ['<OME><Objective NominalMagnification="40"/><Pixels PhysicalSizeX="0.25" PhysicalSizeXUnit="µm"/></OME>', 0.25, 40],
  ['<OME><Pixels PhysicalSizeX="0.5"/></OME>', 0.5, null],
  ['<OME><Pixels PhysicalSizeX="250" PhysicalSizeXUnit="nm"/></OME>', 0.25, null],
  ['<OME><Pixels PhysicalSizeX="3" PhysicalSizeXUnit="pixel"/></OME>', null, null],
  ["A photograph of MPPs", null, null],
  ["MPP = 0|AppMag = x", null, null],
])("%j is read as %s micrometres per pixel and an objective of %s", (description, resolution, objective) => {
  expect(micrometresPerPixel(description)).toBe(resolution);
  expect(objectivePower(description)).toBe(objective);
});

it("pictures beside a slide are known by their names", async () => {
  const slide = [
    page(2_000, 1_000, "Aperio Image Library v11\r\n2000x1000 |MPP = 0.5"),
    page(300, 150, "Aperio Image Library v11\n2000x1000 -> 300x150", false),
    page(500, 250, "Aperio Image Library v11\n2000x1000 -> 500x250"),
    page(90, 90, "Aperio Image Library v11\nlabel 90x90", false),
    page(120, 40, "Aperio Image Library v11\nmacro 120x40", false),
  ];
  await writeFile(path("slide.svs"), composeTiff(slide));
  expect(associatedImages(await readPages(path("slide.svs")))).toEqual(["label", "macro", "thumbnail"]);
  await writeFile(path("philips.tif"), composeTiff([page(900, 900), page(90, 90, "Macro", false)]));
  expect(associatedImages(await readPages(path("philips.tif")))).toEqual(["macro"]);
  await writeFile(path("plain.tif"), composeTiff([page(900, 900, "label of a bottle"), page(90, 90, "", false)]));
  expect(associatedImages(await readPages(path("plain.tif")))).toEqual([]);
});
