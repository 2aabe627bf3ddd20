import { openTiffSource } from "../clean-tiff/open-tiff-source.ts";
import type { TiffSource } from "../clean-tiff/tiff-source.ts";
import type { ImageFacts } from "../facts.ts";
import type { VipsDecoder } from "../formats/decoder.ts";
import { firstPlace } from "../tiff/page.ts";
import { linkForVips } from "../vips/source.ts";
import { requireLoader } from "../vips/system-vips.ts";
import type { BlockPlan } from "./blocks.ts";
import { estimateCopying } from "./copy-memory.ts";
import { planTiling } from "./plan-tiling.ts";
import { openingOf, type Probed, type Probing } from "./probed.ts";
import { readVipsImage } from "./read-vips-image.ts";
import { refuseTooManyPixels, refuseTooMuchMemory, refuseUnknownColours } from "./refuse-image.ts";
import { isWindowed, storedCopy } from "./vips-copy.ts";
import type { VipsImage } from "./vips-image.ts";

/** A source that the system's `vips` turns into a TIFF first. @throws PyramidError as probe. */
export async function probeByVips(probing: Probing, decoder: VipsDecoder): Promise<Probed> {
  const { format, contents } = probing.source;
  const vips = await probing.findVips();
  const loader = requireLoader(vips, decoder.loader, decoder.what);
  for (const helper of decoder.helpers) requireLoader(vips, helper, decoder.what);
  const { path, make } = await openForVips(probing, decoder);
  const [page] = contents.pages;
  const { image, byVips } = await readVipsImage(path, { format, decoder, loader, page }, probing.limits.memoryBytes);
  const plan = admit(image, byVips, probing);
  const unused = { place: firstPlace, decodeWhole: null, pages: [], pieces: null };
  const { samples } = decoder;
  return { ...unused, format, path, make, image, plan, byVips, systemVips: vips.version, samples, contents };
}

/** By a name that `vips` takes: unpacked, as a clean TIFF, or as it is. */
async function openForVips(probing: Probing, { loader }: VipsDecoder): Promise<Pick<Probed, "path" | "make">> {
  const { source, scratchPath, limits } = probing;
  const { format, contents, path: sourcePath } = source;
  if (format.unpack) return { path: await format.unpack(sourcePath, scratchPath, limits.reserveBytes), make: null };
  // A slide's own reader knows its directories.
  const page = loader === "tiffload" ? contents.pages[0] : undefined;
  const tiff = page && (await openTiffSource({ ...openingOf(probing), page, isForSharp: false }));
  return {
    path: await linkForVips(tiff?.path ?? sourcePath, scratchPath),
    make: tiff?.make ? linkedAfter(tiff.make, scratchPath) : null,
  };
}

const linkedAfter =
  (make: NonNullable<TiffSource["make"]>, scratchPath: string): Probed["make"] =>
  async (onCopied) =>
    linkForVips(await make(onCopied), scratchPath);

/** The image is copied and then the copy is tiled: whichever takes more memory counts. */
function admit(image: ImageFacts, byVips: VipsImage, { source, tileSizePx, limits }: Probing): BlockPlan {
  if (!isWindowed(image)) refuseUnknownColours(image.channels, image.colourSpace);
  refuseTooManyPixels(image.widthPx * image.heightPx, limits.maxPixels);
  const copy = storedCopy(image, byVips.isSeeThrough);
  const copying = estimateCopying(source.format, image, byVips, copy);
  const { plan, memory: tiling } = planTiling(image, copy, tileSizePx);
  refuseTooMuchMemory(copying.bytes > tiling.bytes ? copying : tiling, limits.memoryBytes);
  return plan;
}
