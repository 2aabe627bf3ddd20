import { writeFile } from "node:fs/promises";
import type { ImageFacts, PyramidFacts } from "../facts.ts";
import { countTiles } from "../geometry.ts";
import { bigTiffHeader } from "../making/bigtiff.ts";
import type { WrittenLevel } from "../making/bigtiff-writer.ts";
import { wholeTiles } from "../making/blocks.ts";
import { type BlockWriter, complete, type Making, makeLevels } from "../making/make-pyramid.ts";
import { openImage } from "../making/open-image.ts";
import { saveTiff } from "../making/write-block.ts";
import type { StoredLevel } from "../reading/pyramid-index.ts";
import { copyTiles } from "./copy-tiles.ts";
import type { MissingLevels, ReusePlan } from "./plan-reuse.ts";

/**
 * Makes a pyramid of a source that is one already: its tiles are taken over as they are, and only levels that it lacks are
 * made.
 *
 * @throws PyramidError CORRUPT_IMAGE and others of the decoder, SCRATCH_FULL.
 */
export async function makeFromTiles(
  making: Making,
  image: ImageFacts,
  reuse: ReusePlan,
  onProgress: (tilesDone: number) => void,
): Promise<PyramidFacts> {
  const { sourcePath, targetPath } = making;
  await writeFile(targetPath, bigTiffHeader());
  const levels = new Map<number, WrittenLevel>();
  let tilesDone = 0;
  for (const [halvings, { level }] of reuse.source) {
    const before = tilesDone;
    levels.set(halvings, await copyTiles(sourcePath, targetPath, level, (tiles) => onProgress(before + tiles)));
    tilesDone += countTiles([level]);
  }
  const { missing } = reuse;
  if (missing) {
    const tilesTotal = countTiles(reuse.levels);
    const made = await makeMissing(making, image, reuse, missing, (tiles) =>
      // Among those that are made may be levels that the source has: they are left behind.
      onProgress(Math.min(tilesDone + tiles, tilesTotal)),
    );
    for (const [i, level] of made.entries()) {
      const halvings = missing.from + i;
      if (!levels.has(halvings)) levels.set(halvings, level);
    }
  }
  const inOrder = [...levels].toSorted(([a], [b]) => a - b).map(([, level]) => level);
  return complete(targetPath, image, reuse.tileSizePx, inOrder, onProgress);
}

/** The levels from the first missing one down, each pixel the mean of four of the level above. */
async function makeMissing(
  making: Making,
  image: ImageFacts,
  { source, tileSizePx }: ReusePlan,
  { from, plan }: MissingLevels,
  onProgress: (tilesDone: number) => void,
): Promise<StoredLevel[]> {
  const settings = { ...making.settings, tileSizePx };
  const write: BlockWriter = async (block, path) => {
    const { leftPx, topPx, widthPx: width, heightPx: height } = block;
    let pixels = openImage(making.sourcePath, source.get(from - 1)?.place)
      .extract({ left: 2 * leftPx, top: 2 * topPx, width: 2 * width, height: 2 * height })
      .resize({ width, height, fit: "fill", kernel: "linear" });
    if (plan.padded) {
      const whole = wholeTiles(block, tileSizePx);
      pixels = pixels.extend({ right: whole.widthPx - width, bottom: whole.heightPx - height, extendWith: "copy" });
    }
    await saveTiff(pixels, image, path, settings);
  };
  return makeLevels({ ...making, settings }, plan, false, write, onProgress);
}
