import { writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { micrometresPerPixel, readTiffHints } from "../src/making/tiff-hints.ts";
import { tempDir } from "./temp-dir.ts";

const path = tempDir();

/** A classic TIFF of two fields: TileLength, and an ImageDescription behind them. */
function tiff(description: string, little: boolean): Uint8Array {
  const text = Buffer.from(`${description}\0`);
  const view = new DataView(new ArrayBuffer(8 + 2 + 24 + 4));
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  view.setUint16(8, 2, little);
  const entries: [number, number, number, number][] = [
    [270, 2, text.length, view.byteLength],
    [323, 4, 1, 240],
  ];
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    view.setUint16(10 + i * 12, tag, little);
    view.setUint16(12 + i * 12, type, little);
    view.setUint32(14 + i * 12, count, little);
    view.setUint32(18 + i * 12, value, little);
  }
  return Buffer.concat([new Uint8Array(view.buffer), text]);
}

it.each([
  ["Aperio Image Library v11\n2220x2967 |AppMag = 20|MPP = 0.4990|Filename = x", 0.499],
  ['<OME><Pixels PhysicalSizeX="0.25" PhysicalSizeXUnit="µm"/></OME>', 0.25],
  ['<OME><Pixels PhysicalSizeX="0.5"/></OME>', 0.5],
  ['<OME><Pixels PhysicalSizeX="250" PhysicalSizeXUnit="nm"/></OME>', null],
  ["A photograph of MPPs", null],
  ["MPP = 0", null],
])("%j is read as %s micrometres per pixel", async (description, expected) => {
  for (const little of [true, false]) {
    await writeFile(path("hints.tif"), tiff(description, little));
    const hints = await readTiffHints(path("hints.tif"));
    expect(hints.tileHeightPx).toBe(240);
    expect(micrometresPerPixel(hints)).toBe(expected);
  }
});

it("says nothing about a file that leads nowhere", async () => {
  const bytes = tiff("MPP = 1 and so on", true);
  for (let length = 0; length < bytes.length; length++) {
    await writeFile(path("cut.tif"), bytes.subarray(0, length));
    expect(await readTiffHints(path("cut.tif"))).toHaveProperty("description");
  }
});
