import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PyramidError } from "../errors.ts";
import type { ImageFacts, PyramidFacts } from "../facts.ts";
import { countTiles, dziLevelCount, storedLevels } from "../geometry.ts";
import type { PyramidSettings } from "../limits.ts";
import type { StoredLevel } from "../reading/pyramid-index.ts";
import { appendBlock, readIndexOf } from "./append-block.ts";
import { bigTiffHeader, writeDirectories } from "./bigtiff-writer.ts";
import { type BlockPlan, planBlocks } from "./blocks.ts";
import { seal } from "./seal.ts";
import { tailTiles } from "./tail-tiles.ts";
import { writeBlock } from "./write-block.ts";

export interface Making {
  readonly sourcePath: string;
  readonly targetPath: string;
  /** An empty directory for temporary files. */
  readonly scratchPath: string;
  readonly settings: PyramidSettings;
}

/** Tiles `image`, whose header has been read, into a file that is complete and on the disk when the promise resolves. */
export async function makePyramid(
  making: Making,
  image: ImageFacts,
  onProgress: (tilesDone: number) => void,
): Promise<PyramidFacts> {
  const { targetPath, settings } = making;
  const plan = planBlocks(image, settings.tileSizePx);
  const [only] = plan.blocks;
  if (only && plan.blocks.length === 1) {
    const work = writeBlock(making.sourcePath, image, only, targetPath, settings);
    await tailTiles(targetPath, work, onProgress);
  } else {
    await makeOfBlocks(making, image, plan, onProgress);
  }
  await checkIndex(targetPath, image, plan);
  onProgress(countTiles(plan.levels));
  return {
    widthPx: image.widthPx,
    heightPx: image.heightPx,
    levelCount: dziLevelCount(image),
    tileSizePx: settings.tileSizePx,
    tileCount: countTiles(plan.levels),
    ...(await seal(targetPath)),
  };
}

/** sharp's limit on the sides of one TIFF is no limit of the format: the blocks' tiles are gathered into one file. */
async function makeOfBlocks(
  { sourcePath, targetPath, scratchPath, settings }: Making,
  image: ImageFacts,
  plan: BlockPlan,
  onProgress: (tilesDone: number) => void,
): Promise<void> {
  const levels = plan.levels.map(emptyLevel);
  let tilesBefore = 0;
  await writeFile(targetPath, bigTiffHeader());
  for (const [i, block] of plan.blocks.entries()) {
    const blockPath = join(scratchPath, `block-${i}.tif`);
    // A small block may have levels that the whole has not; their tiles are left behind and not counted.
    const blockTiles = countTiles(storedLevels(block, settings.tileSizePx).slice(0, levels.length));
    const done = tilesBefore;
    await tailTiles(blockPath, writeBlock(sourcePath, image, block, blockPath, settings), (tiles) =>
      onProgress(done + Math.min(tiles, blockTiles)),
    );
    await appendBlock(blockPath, block, targetPath, settings.tileSizePx, levels);
    await rm(blockPath);
    tilesBefore += blockTiles;
  }
  await writeDirectories(targetPath, settings.tileSizePx, levels);
}

const emptyLevel = (grid: BlockPlan["levels"][number]): StoredLevel => ({
  ...grid,
  offsets: new Float64Array(grid.columns * grid.rows),
  lengths: new Uint32Array(grid.columns * grid.rows),
  jpegTables: new Uint8Array(0),
  photometric: 0,
});

/** Nothing is called finished that cannot be read back with exactly the tiles that were announced. */
async function checkIndex(path: string, image: ImageFacts, plan: BlockPlan): Promise<void> {
  const index = await readIndexOf(path);
  const isAsPlanned =
    index.widthPx === image.widthPx &&
    index.heightPx === image.heightPx &&
    countTiles(index.levels) === countTiles(plan.levels);
  if (!isAsPlanned) throw new PyramidError("INTERNAL", "The pyramid that was written is not the one that was planned.");
}
