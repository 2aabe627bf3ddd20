import { stat } from "node:fs/promises";
import type { Sharp } from "sharp";
import type { PreviewFacts } from "../facts.ts";
import { dziLevelCount } from "../geometry.ts";
import { readIndexOf } from "../making/gather-tiles.ts";
import { openImage } from "../making/open-image.ts";
import type { Probed } from "../making/probe.ts";
import { saveTiff, white } from "../making/write-block.ts";
import type { Task } from "../process/messages.ts";
import { type PreviewPlan, planPreview } from "./preview-plan.ts";

/** Writes a preview of an image whose header has been read, or nothing where it would not be worth it. */
export async function makePreview(
  { targetPath, scratchPath, settings }: Extract<Task, { kind: "preview" }>,
  probed: Probed,
): Promise<PreviewFacts | null> {
  const plan = await planPreview(probed);
  const reduced = plan && (await reducedPicture(probed.path, scratchPath, plan));
  if (!reduced) return null;
  const { image } = probed;
  const pixels = reduced
    .autoOrient()
    .resize({ width: plan.widthPx, height: plan.heightPx, fit: "fill", kernel: "linear" })
    .flatten({ background: white });
  await saveTiff(pixels, image, targetPath, settings);
  // Nothing is shown that cannot be read back.
  await readIndexOf(targetPath);
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

/** A picture of the whole image that is quick to be had; null if there is none. */
async function reducedPicture(
  sourcePath: string,
  scratchPath: string,
  { reduce, place }: PreviewPlan,
): Promise<Sharp | null> {
  const path = await reduce?.(scratchPath);
  if (path) return openImage(path);
  return place && openImage(sourcePath, place);
}
