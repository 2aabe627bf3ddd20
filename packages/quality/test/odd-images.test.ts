import { mkdir, readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { writeLayers } from "../src/layers/layers.ts";
import { analysed, tempDir, tiled } from "./analysed.ts";
import { glassAt, hash, picture, tissueAt } from "./composed.ts";

const path = tempDir();

const sizes = [
  [1, 1],
  [1, 3_001],
  [3_001, 1],
  [7, 9],
  [257, 255],
  [513, 129],
  [1_023, 3],
] as const;

it.each(sizes)("an image of %d x %d pixels has an answer, as a slide and as a picture", async (widthPx, heightPx) => {
  const image = picture(widthPx, heightPx, (x, y) => (x + y < 40 ? glassAt(x, y) : tissueAt(x, y)));
  const pyramid = await tiled(image, path(`${widthPx}-${heightPx}.tif`));
  for (const subject of ["auto", "slide", "picture"] as const) {
    const measured = await analysed(pyramid, { subject, cellSizePx: 64 }, 0.25);
    expect(measured.cells).toMatchObject({ columns: Math.ceil(widthPx / 64), rows: Math.ceil(heightPx / 64) });
    for (const [name, value] of Object.entries(measured.numbers)) {
      if (value !== null) expect(Number.isFinite(value), name).toBe(true);
      if (value !== null && name.endsWith("Fraction")) expect(value >= 0 && value <= 1, name).toBe(true);
    }
    const folder = path(`${widthPx}-${heightPx}-${subject}`);
    await mkdir(folder);
    for (const { file } of await writeLayers(measured, folder))
      expect((await readFile(`${folder}/${file}`)).length).toBeGreaterThan(1);
  }
});

it.each([0, 60, 128, 255])(
  "a picture of nothing but the value %d has no structure or no light, and is no slide unless it is bright",
  async (value) => {
    const { subject, verdict, numbers } = await analysed(
      await tiled(
        picture(600, 500, () => [value, value, value]),
        path(`plain-${value}.tif`),
      ),
    );
    expect(subject).toBe(value === 255 ? "slide" : "picture");
    expect(numbers["sharpness"]).toBeNull();
    expect(verdict.text).toBe(value === 255 ? "Empty slide" : value < 128 ? "Underexposed 100 %" : "No structure");
  },
);

it("an image of noise in colour is a picture", async () => {
  const noise = picture(700, 500, (x, y) => [hash(x, y, 1), hash(x, y, 2), hash(x, y, 3)].map((value) => 255 * value));
  const { subject } = await analysed(await tiled(noise, path("noise.tif")));
  expect(subject).toBe("picture");
});
