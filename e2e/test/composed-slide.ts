import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asSharp, blurred, glassAt, picture, tissueAt } from "@tilewright/quality/testing/composed";

export const [widthPx, heightPx] = [1_301, 1_003] as const;

/** An ellipse of tissue in H&E on glass, which reaches over the lower edge. */
const tissue = { xPx: 655, yPx: 640, radiusXPx: 560, radiusYPx: 480 } as const;
/** To the right of it one of the slides is out of focus. */
export const blurredFromPx = 704;

const isTissue = (x: number, y: number): boolean =>
  ((x - tissue.xPx) / tissue.radiusXPx) ** 2 + ((y - tissue.yPx) / tissue.radiusYPx) ** 2 < 1;

/** How much of the picture is tissue, and how much of the tissue is out of focus. */
export const truth = (() => {
  let [all, soft] = [0, 0];
  for (let i = 0; i < widthPx * heightPx; i += 1) {
    if (!isTissue(i % widthPx, Math.floor(i / widthPx))) continue;
    all += 1;
    if (i % widthPx >= blurredFromPx) soft += 1;
  }
  return { tissueFraction: all / (widthPx * heightPx), blurredFraction: soft / all };
})();

export interface ComposedSlides {
  readonly sharpPath: string;
  readonly blurredPath: string;
  remove(): Promise<void>;
}

/** The same slide twice: in focus, and with its right side out of focus. */
export async function composeSlides(): Promise<ComposedSlides> {
  const folder = await mkdtemp(join(tmpdir(), "tilewright-slides-"));
  const [sharpPath, blurredPath] = [join(folder, "sharp.png"), join(folder, "half-blurred.png")];
  const slide = picture(widthPx, heightPx, (x, y) => (isTissue(x, y) ? tissueAt(x, y) : glassAt(x, y)));
  await asSharp(slide).png({ compressionLevel: 1 }).toFile(sharpPath);
  const half = await blurred(slide, 4, (x) => x >= blurredFromPx);
  await asSharp(half).png({ compressionLevel: 1 }).toFile(blurredPath);
  return { sharpPath, blurredPath, remove: () => rm(folder, { recursive: true, force: true }) };
}
