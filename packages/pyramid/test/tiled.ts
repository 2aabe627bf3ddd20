import { type ImageFacts, openFileSource, openPyramid, writePyramid } from "../src/index.ts";
import { readRegion } from "../src/reading/region.ts";
import type { Raw } from "./smooth-image.ts";

/** Makes a pyramid of few tiles that lose little, and reads back what it shows at full size. */
export async function tiled(source: string, target: string): Promise<{ image: ImageFacts; pixels: Raw }> {
  const { image } = await writePyramid(source, target, { settings: { tileSizePx: 512, quality: 95 } });
  const file = await openFileSource(target);
  const pyramid = await openPyramid(file);
  const { widthPx, heightPx, levelCount } = pyramid;
  const { data } = await readRegion(pyramid, levelCount - 1, { leftPx: 0, topPx: 0, widthPx, heightPx });
  await file.close();
  return { image, pixels: { data, width: widthPx, height: heightPx } };
}
