import { detectFormat } from "../formats/detect-format.ts";
import type { PyramidLimits } from "../limits.ts";
import { findSystemVips, type SystemVips } from "../vips/system-vips.ts";
import { probeByOpenJpeg } from "./by-openjpeg.ts";
import { probeBySamples } from "./by-samples.ts";
import { probeBySharp } from "./by-sharp.ts";
import { probeByVips } from "./by-vips.ts";
import type { Probed, Probing } from "./probed.ts";
import { refuseTooManyPixels } from "./refuse-image.ts";

/**
 * Reads the header and refuses what can't or mustn't be tiled, before a pixel is decoded.
 *
 * @param scratchPath as of Probing.
 * @throws PyramidError EMPTY_FILE, UNSUPPORTED_FORMAT, CORRUPT_IMAGE, TOO_MANY_PIXELS, NEEDS_MORE_MEMORY, SCRATCH_FULL.
 */
export async function probe(
  sourcePath: string,
  scratchPath: string,
  tileSizePx: number,
  limits: PyramidLimits,
): Promise<Probed> {
  const source = await detectFormat(sourcePath);
  const { decoder } = source.format;
  const chosen = typeof decoder === "function" ? await decoder(source) : decoder;
  const [page] = source.contents.pages;
  // Of a picture beyond what decoders can count, they say that it is damaged.
  if (page) refuseTooManyPixels(page.widthPx * page.heightPx, limits.maxPixels);
  let vips: Promise<SystemVips> | undefined;
  const findVips = (): Promise<SystemVips> => {
    vips ??= findSystemVips();
    return vips;
  };
  const probing: Probing = { source, scratchPath, tileSizePx, limits, findVips };
  switch (chosen.by) {
    case "sharp":
      return probeBySharp(probing);
    case "vips":
      return probeByVips(probing, chosen);
    case "openjpeg":
      return probeByOpenJpeg(probing, chosen.kind);
    case "samples":
      return probeBySamples(probing, chosen.samples);
  }
}
