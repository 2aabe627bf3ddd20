import { expect } from "vitest";
import { openFileSource, openPyramid } from "../src/index.ts";
import { differences } from "./expected-levels.ts";
import { asSharp, decode, type Raw } from "./smooth-image.ts";

/** Every tile of a preview's largest level against the whole image, scaled by averaging. */
export async function expectAllOf(image: Raw, previewPath: string): Promise<void> {
  const file = await openFileSource(previewPath);
  const preview = await openPyramid(file);
  const { widthPx: width, heightPx: height, tileSizePx, levelCount } = preview;
  expect(Math.max(width, height)).toBeLessThanOrEqual(2_048);
  expect(Math.abs(height - (width * image.height) / image.width)).toBeLessThan(0.1);
  const whole = await decode(
    await asSharp(image).resize({ width, height, fit: "fill", kernel: "linear" }).png().toBuffer(),
  );
  for (let top = 0; top < height; top += tileSizePx) {
    for (let left = 0; left < width; left += tileSizePx) {
      const tile = await decode((await preview.readTile(levelCount - 1, left / tileSizePx, top / tileSizePx)) ?? "");
      const { all } = differences(whole, tile, left, top);
      expect(all, `at ${left}, ${top}`).toBeLessThan(2);
    }
  }
  await file.close();
}
