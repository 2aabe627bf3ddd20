import { createReadStream, createWriteStream } from "node:fs";
import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Block, type BlockPlan, levelsOf } from "../admission/blocks.ts";
import type { Probed } from "../admission/probed.ts";
import type { ImageFacts, PyramidFacts, SampleWindow } from "../facts.ts";
import { countTiles, dziLevelCount } from "../geometry.ts";
import type { PyramidSettings } from "../limits.ts";
import type { StoredLevel, WrittenLevel } from "../pyramid-level.ts";
import { bigTiffHeader } from "../tiff/write-directory.ts";
import { emptyLevels, gatherTiles, readIndexOf } from "./gather-tiles.ts";
import { seal } from "./seal.ts";
import { tailTiles } from "./tail-tiles.ts";
import { writeBlock } from "./write-block.ts";
import { writeDirectories } from "./write-levels.ts";

export interface Making {
  readonly sourcePath: string;
  readonly targetPath: string;
  /** An empty directory for temporary files. */
  readonly scratchPath: string;
  readonly settings: PyramidSettings;
  /** What of 16-bit samples becomes black and white, if that isn't all that they can hold. */
  readonly stretch?: SampleWindow | null;
}

/**
 * Tiles an image whose header has been read. The file is complete and on the disk when the promise resolves.
 *
 * sharp writes the tiles; the directories that say where they are, are ours: of one block or of many, and of the true
 * size where a block was padded.
 */
export async function makePyramid(
  making: Making,
  { image, plan, place }: Pick<Probed, "image" | "plan" | "place">,
  onProgress: (tilesDone: number) => void,
): Promise<PyramidFacts> {
  const { targetPath, settings, stretch = null } = making;
  const source = { path: making.sourcePath, place, stretch };
  const isWhole = plan.blocks.length === 1;
  if (!isWhole) await writeFile(targetPath, bigTiffHeader());
  const write: BlockWriter = (block, path) => writeBlock(source, image, block, plan.padded, path, settings);
  const levels = await makeLevels(making, plan, isWhole, write, onProgress);
  return complete(targetPath, image, settings, levels, onProgress);
}

/** Writes a block of the plan as a pyramidal TIFF of its own. */
export type BlockWriter = (block: Block, path: string) => Promise<void>;

/**
 * Makes the levels of a plan, block by block, each written as a TIFF of its own and then appended to the target.
 *
 * @param isWhole the only block becomes the target itself.
 */
export async function makeLevels(
  { targetPath, scratchPath, settings }: Making,
  plan: BlockPlan,
  isWhole: boolean,
  write: BlockWriter,
  onProgress: (tilesDone: number) => void,
): Promise<StoredLevel[]> {
  const levels = emptyLevels(plan, settings.tileFormat);
  let tilesDone = 0;
  for (const [i, block] of plan.blocks.entries()) {
    const blockPath = isWhole ? targetPath : join(scratchPath, `block-${i}.tif`);
    // A block may have small levels that the whole has not. Their tiles are left behind and not counted.
    const blockTiles = countTiles(levelsOf(block, settings.tileSizePx, plan.padded, levels.length));
    const before = tilesDone;
    const writing = write(block, blockPath);
    await tailTiles(blockPath, settings, writing, (tiles) => onProgress(before + Math.min(tiles, blockTiles)));
    const index = await readIndexOf(blockPath);
    gatherTiles(index, block, isWhole ? 0 : await append(blockPath, targetPath), levels);
    tilesDone += blockTiles;
  }
  return levels;
}

/** Makes a pyramid of a file that holds all tiles, and puts it on the disk for good. */
export async function complete(
  targetPath: string,
  image: ImageFacts,
  { tileSizePx, tileFormat }: Pick<PyramidSettings, "tileSizePx" | "tileFormat">,
  levels: readonly WrittenLevel[],
  onProgress: (tilesDone: number) => void,
): Promise<PyramidFacts> {
  await writeDirectories(targetPath, tileSizePx, levels);
  // Nothing is called finished that cannot be read back.
  const { levels: readBack } = await readIndexOf(targetPath);
  onProgress(countTiles(readBack));
  return {
    widthPx: image.widthPx,
    heightPx: image.heightPx,
    levelCount: dziLevelCount(image),
    tileSizePx,
    tileFormat,
    tileCount: countTiles(readBack),
    ...(await seal(targetPath)),
  };
}

/** Moves the block's tiles to the end of the target. @returns how many bytes further back they are now. */
async function append(blockPath: string, targetPath: string): Promise<number> {
  const start = bigTiffHeader().length;
  const { size } = await stat(targetPath);
  await pipeline(createReadStream(blockPath, { start }), createWriteStream(targetPath, { flags: "a" }));
  await rm(blockPath);
  return size - start;
}
