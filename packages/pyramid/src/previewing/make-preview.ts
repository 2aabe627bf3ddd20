import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { PreviewFacts } from "../facts.ts";
import { dziLevelCount } from "../geometry.ts";
import { readIndexOf } from "../making/gather-tiles.ts";
import { openImage } from "../making/open-image.ts";
import type { Probed } from "../making/probe.ts";
import { saveTiff, white } from "../making/write-block.ts";
import type { Task } from "../process/messages.ts";
import { decodeEighth } from "./decode-eighth.ts";
import { type PreviewPlan, planPreview } from "./preview-plan.ts";

/** Writes a preview of an image whose header has been read, or nothing where it would not be worth it. */
export async function makePreview(
  { sourcePath, targetPath, scratchPath, settings }: Extract<Task, { kind: "preview" }>,
  { image, pages }: Pick<Probed, "image" | "pages">,
): Promise<PreviewFacts | null> {
  const plan = await planPreview(sourcePath, image, pages);
  if (!plan) return null;
  const pixels = openImage(await smallest(sourcePath, scratchPath, plan), plan.place)
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

/** The source at an eighth of its size where that is quick to be had; else the source itself. */
async function smallest(sourcePath: string, scratchPath: string, { eighth }: PreviewPlan): Promise<string> {
  const path = join(scratchPath, "eighth.tif");
  return eighth && (await decodeEighth(sourcePath, path, eighth)) ? path : sourcePath;
}
