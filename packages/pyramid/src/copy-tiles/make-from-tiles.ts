import { writeFile } from "node:fs/promises";
import { wholeTiles } from "../admission/blocks.ts";
import type { Probed } from "../admission/probed.ts";
import { openTiffSource } from "../clean-tiff/open-tiff-source.ts";
import type { PyramidFacts } from "../facts.ts";
import { countTiles } from "../geometry.ts";
import { type BlockWriter, complete, type Making, makeLevels } from "../making/make-pyramid.ts";
import { saveTiff } from "../making/write-block.ts";
import type { StoredLevel, WrittenLevel } from "../pyramid-level.ts";
import { openImage } from "../sharp/open-image.ts";
import { bigTiffHeader } from "../tiff/write-directory.ts";
import { copyTiles } from "./copy-tiles.ts";
import type { ReusePlan } from "./plan-reuse.ts";

/**
 * Makes a pyramid of a source that is one already: its tiles are taken over as they are, and only levels that it lacks
 * are made.
 *
 * @throws PyramidError CORRUPT_IMAGE and others of the decoder, SCRATCH_FULL.
 */
export async function makeFromTiles(
  making: Making,
  { image, contents }: Pick<Probed, "image" | "contents">,
  reuse: ReusePlan,
  onProgress: (tilesDone: number) => void,
): Promise<PyramidFacts> {
  await writeFile(making.targetPath, bigTiffHeader());
  let [copied, made] = [0, 0];
  const tilesTotal = countTiles(reuse.levels);
  // Among those that are made may be levels that the source has: they are left behind.
  const report = (): void => onProgress(Math.min(copied + made, tilesTotal));
  const copying = copyLevels(making, reuse, (tiles) => {
    copied = tiles;
    report();
  });
  const missing = makeMissing(making, { image, contents }, reuse, copying, (tiles) => {
    made = tiles;
    report();
  });
  const [levels, others] = await Promise.all([copying, missing]);
  for (const [halvings, level] of others) if (!levels.has(halvings)) levels.set(halvings, level);
  const inOrder = [...levels].toSorted(([a], [b]) => a - b).map(([, level]) => level);
  return complete(making.targetPath, image, reuse, inOrder, onProgress);
}

async function copyLevels(
  { sourcePath, targetPath }: Making,
  { source, tileSizePx }: ReusePlan,
  onCount: (tiles: number) => void,
): Promise<Map<number, WrittenLevel>> {
  const levels = new Map<number, WrittenLevel>();
  let tilesDone = 0;
  for (const [halvings, { level }] of source) {
    const before = tilesDone;
    levels.set(
      halvings,
      await copyTiles(sourcePath, targetPath, level, tileSizePx, (tiles) => onCount(before + tiles)),
    );
    tilesDone += countTiles([level]);
  }
  return levels;
}

/**
 * The levels from the first missing one down, by halvings: a decoder is at work on them while the others are copied.
 *
 * @param copying what is made goes behind what is copied.
 */
async function makeMissing(
  making: Making,
  { image, contents }: Pick<Probed, "image" | "contents">,
  { source, tileSizePx, tileFormat, missing }: ReusePlan,
  copying: Promise<unknown>,
  onCount: (tiles: number) => void,
): Promise<[halvings: number, level: StoredLevel][]> {
  if (!missing) return [];
  const { from, plan } = missing;
  const above = source.get(from - 1)?.page;
  if (!above) return [];
  const seen = await openTiffSource({ ...making, contents, page: above });
  const path = (await seen.make?.(() => {})) ?? seen.path;
  const settings = { ...making.settings, tileSizePx, tileFormat };
  const write: BlockWriter = async (block, blockPath) => {
    const { leftPx, topPx, widthPx: width, heightPx: height } = block;
    let pixels = openImage(path, seen.place)
      .extract({ left: 2 * leftPx, top: 2 * topPx, width: 2 * width, height: 2 * height })
      .resize({ width, height, fit: "fill", kernel: "linear" });
    if (plan.padded) {
      const whole = wholeTiles(block, tileSizePx);
      pixels = pixels.extend({ right: whole.widthPx - width, bottom: whole.heightPx - height, extendWith: "copy" });
    }
    await saveTiff(pixels, image, blockPath, settings);
    await copying;
  };
  const levels = await makeLevels({ ...making, settings }, plan, false, write, onCount);
  return levels.map((level, i) => [from + i, level]);
}
