import { stat } from "node:fs/promises";
import type { PreviewFacts } from "../facts.ts";
import { dziLevelCount } from "../geometry.ts";
import type { PyramidSettings } from "../limits.ts";
import { readIndexOf } from "./gather-tiles.ts";
import { openImage } from "./open-image.ts";
import { planPreview } from "./preview-plan.ts";
import type { Probed } from "./probe.ts";
import { saveTiff, white } from "./write-block.ts";

/** Writes a preview of an image whose header has been read, or nothing where it would not be worth it. */
export async function makePreview(
  sourcePath: string,
  targetPath: string,
  { image, pages }: Pick<Probed, "image" | "pages">,
  settings: PyramidSettings,
): Promise<PreviewFacts | null> {
  const plan = await planPreview(sourcePath, image, pages);
  if (!plan) return null;
  const pixels = openImage(sourcePath, plan.place)
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
