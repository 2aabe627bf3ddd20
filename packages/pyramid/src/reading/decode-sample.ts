import { invalidPyramid } from "../bytes/read-ahead.ts";
import { PyramidError } from "../errors.ts";
import { dziSize, gridOf } from "../geometry.ts";
import type { Pyramid } from "./open-pyramid.ts";

/**
 * Decodes tiles chosen at random, from the full level down and around again, and holds their sizes against the
 * pyramid's.
 *
 * @param random uniform in [0, 1).
 * @throws PyramidError INVALID_PYRAMID names a tile that is not what it should be. @throws whatever reading throws.
 */
export async function decodeSample(pyramid: Pyramid, tiles: number, random: () => number): Promise<void> {
  const { levelCount, tileSizePx } = pyramid;
  for (let index = 0; index < tiles; index++) {
    const halvings = index % levelCount;
    const level = levelCount - 1 - halvings;
    const grid = gridOf(dziSize(pyramid, halvings), tileSizePx);
    const [column, row] = [Math.floor(random() * grid.columns), Math.floor(random() * grid.rows)];
    const place = `tile ${column}, ${row} of level ${level}`;
    const pixels = await pyramid.readPixels(level, column, row).catch((cause: unknown) => {
      throw cause instanceof PyramidError ? invalidPyramid(`${place} can't be decoded`, cause) : cause;
    });
    const isWhole =
      pixels?.widthPx === Math.min(tileSizePx, grid.widthPx - column * tileSizePx) &&
      pixels.heightPx === Math.min(tileSizePx, grid.heightPx - row * tileSizePx);
    if (!isWhole) throw invalidPyramid(`${place} is not of the size that it should be`);
  }
}
