import sharp from "sharp";
import { expect, it } from "vitest";
import { bandCount, bands } from "../src/sharpness/bands.ts";
import { JpegBlocks } from "../src/sharpness/jpeg-blocks.ts";
import { pixelBlocks } from "../src/sharpness/pixel-blocks.ts";
import { asSharp, hash, picture, tissueAt } from "./composed.ts";

const sidePx = 256;
const grey = picture(sidePx, sidePx, (x, y) => Array(3).fill(tissueAt(x, y)[1]) as number[]);
const colour = picture(sidePx, sidePx, (x, y) => tissueAt(x, y));

const band = (energies: Float64Array, index: number): Float64Array =>
  energies.filter((_, i) => i % bandCount === index);

const encoded = (quality: number, chromaSubsampling: "4:2:0" | "4:4:4", source = grey): Promise<Buffer> =>
  asSharp(source).jpeg({ quality, chromaSubsampling, optimiseCoding: false }).toBuffer();

it.each([
  [60, "4:2:0"],
  [80, "4:2:0"],
  [95, "4:4:4"],
  [100, "4:4:4"],
] as const)("energies read from codes at quality %d, %s, are those of the pixels", async (quality, chroma) => {
  const jpeg = await encoded(quality, chroma);
  const blocks = JpegBlocks.of(jpeg, 2 ** 20);
  expect(blocks?.read(jpeg)).toBe(true);
  const decoded = await sharp(jpeg).toColourspace("srgb").raw().toBuffer();
  const expected = pixelBlocks(decoded, sidePx, sidePx);
  expect([blocks?.columns, blocks?.rows]).toEqual([expected.columns, expected.rows]);
  for (const index of [bands.detail, bands.noise]) {
    const [read, seen] = [band(blocks?.energies ?? new Float64Array(0), index), band(expected.energies, index)];
    const [readSum, seenSum] = [read, seen].map((values) => values.reduce((sum, value) => sum + value, 0));
    // There is hardly any noise but that of rounding samples.
    if (index === bands.detail) expect(Math.abs((readSum ?? 0) / (seenSum ?? 0) - 1)).toBeLessThan(0.02);
    for (const [i, value] of read.entries()) {
      // Decoded samples are rounded, and clipped at white.
      expect(Math.abs(Math.sqrt(value) - Math.sqrt(seen[i] ?? 0))).toBeLessThan(1.2);
    }
  }
});

it("the energy of one known wave is half the square of its height", () => {
  // A cosine of the DCT itself: three half periods in eight samples.
  const wave = picture(
    64,
    64,
    (x) => Array(3).fill(128 + 40 * Math.cos(((2 * (x % 8) + 1) * 3 * Math.PI) / 16)) as number[],
  );
  const { energies } = pixelBlocks(wave.rgb, 64, 64);
  expect(energies[bands.detail]).toBeGreaterThan(0.98 * 800);
  expect(energies[bands.detail]).toBeLessThan(1.02 * 800);
  expect(energies[bands.noise]).toBeLessThan(1);
});

it("blocks that are not whole are left out", () => {
  expect(pixelBlocks(new Uint8Array(13 * 7 * 3), 13, 7)).toMatchObject({ columns: 1, rows: 0 });
});

it("a tile with other tables, or damaged, is told from one that can be read", async () => {
  const [jpeg, other, coloured] = await Promise.all([
    encoded(80, "4:2:0"),
    encoded(70, "4:2:0"),
    encoded(80, "4:2:0", colour),
  ]);
  const blocks = JpegBlocks.of(jpeg, 2 ** 20);
  if (!blocks) throw new Error("the tile can't be read");
  expect(blocks.read(coloured)).toBe(true);
  expect(blocks.read(other)).toBe(false);
  expect(blocks.read(jpeg.subarray(0, jpeg.length - 2_000))).toBe(false);
  for (let i = 0; i < 200; i++) {
    const damaged = Buffer.from(jpeg);
    const at = 700 + Math.floor(hash(i, 1, 1) * (damaged.length - 800));
    damaged.fill(Math.floor(hash(i, 2, 1) * 256), at, at + 40);
    // Whatever it says, it comes to an end.
    expect([true, false]).toContain(blocks.read(damaged));
  }
  expect(blocks.read(jpeg)).toBe(true);
});

it("what is no JPEG of that kind is left to a decoder", async () => {
  const progressive = await asSharp(colour).jpeg({ progressive: true }).toBuffer();
  expect(JpegBlocks.of(progressive, 2 ** 20)).toBeNull();
  expect(JpegBlocks.of(await asSharp(colour).webp().toBuffer(), 2 ** 20)).toBeNull();
  expect(
    JpegBlocks.of(
      await asSharp(picture(100, 100, () => [1, 2, 3]))
        .jpeg()
        .toBuffer(),
      2 ** 20,
    ),
  ).toBeNull();
});
