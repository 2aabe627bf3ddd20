import { stat } from "node:fs/promises";
import type { Sharp } from "sharp";
import { planBlocks } from "../admission/blocks.ts";
import type { Probed } from "../admission/probed.ts";
import { openTiffSource } from "../clean-tiff/open-tiff-source.ts";
import type { ImageFacts, PreviewFacts } from "../facts.ts";
import { dziLevelCount, type Size } from "../geometry.ts";
import type { PyramidSettings } from "../limits.ts";
import { emptyLevels, gatherTiles, readIndexOf } from "../making/gather-tiles.ts";
import { fillTiles, saveTiff, white } from "../making/write-block.ts";
import { writeDirectories } from "../making/write-levels.ts";
import type { Task } from "../process/messages.ts";
import { isSixteenBits, windowByFirstRows } from "../samples/sixteen-bits.ts";
import { openImage } from "../sharp/open-image.ts";
import { type PreviewPlan, planPreview } from "./preview-plan.ts";

/** Writes a preview of an image whose header has been read, or nothing where it would not be worth it. */
export async function makePreview(
  { sourcePath, targetPath, scratchPath, settings, limits }: Extract<Task, { kind: "preview" }>,
  probed: Probed,
): Promise<PreviewFacts | null> {
  const plan = await planPreview(sourcePath, probed);
  if (plan && !(await showsAllBrightness(probed))) return null;
  const reduced = plan && (await reducedPicture(sourcePath, probed, scratchPath, plan, limits.reserveBytes));
  if (!reduced) return null;
  const { image } = probed;
  const pixels = reduced
    .autoOrient()
    .resize({ width: plan.widthPx, height: plan.heightPx, fit: "fill", kernel: "linear" })
    .flatten({ background: white });
  await savePadded(pixels, plan, image, targetPath, settings);
  return {
    widthPx: plan.widthPx,
    heightPx: plan.heightPx,
    imageWidthPx: image.widthPx,
    imageHeightPx: image.heightPx,
    tileSizePx: settings.tileSizePx,
    levelCount: dziLevelCount(plan),
    sizeBytes: (await stat(targetPath)).size,
  };
}

/** Of samples that may have to be stretched, the whole image says how far: a preview that was darker would be wrong. */
const showsAllBrightness = async ({ format, path, place, make, image }: Probed): Promise<boolean> =>
  // What has yet to be made has no pixels to look at.
  !isSixteenBits(image) || (!make && (await windowByFirstRows(path, place, image, format.isPhotograph)) !== null);

/** A pyramid whose edge tiles are filled up, and whose directories say its true size. */
async function savePadded(
  pixels: Sharp,
  size: Size,
  image: ImageFacts,
  targetPath: string,
  settings: PyramidSettings,
): Promise<void> {
  const { tileSizePx, tileFormat } = settings;
  await saveTiff(fillTiles(pixels, size, tileSizePx), image, targetPath, settings);
  const plan = planBlocks(size, tileSizePx, true);
  const levels = emptyLevels(plan, tileFormat);
  const index = await readIndexOf(targetPath);
  for (const block of plan.blocks) gatherTiles(index, block, 0, levels);
  await writeDirectories(targetPath, tileSizePx, levels);
  // Nothing is shown that cannot be read back.
  await readIndexOf(targetPath);
}

/** A picture of the whole image that is quick to be had; null if there is none. */
async function reducedPicture(
  sourcePath: string,
  { path: probedPath, contents }: Probed,
  scratchPath: string,
  { reduce, scaled }: PreviewPlan,
  reserveBytes: number,
): Promise<Sharp | null> {
  const path = await reduce?.(scratchPath);
  if (path) return openImage(path);
  if (scaled === null || scaled === "source") return scaled && openImage(probedPath);
  const seen = await openTiffSource({ sourcePath, contents, page: scaled, scratchPath, name: "smaller", reserveBytes });
  return openImage((await seen.make?.(() => {})) ?? seen.path, seen.place);
}
