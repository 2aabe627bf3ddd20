import type { Metadata } from "sharp";
import { openTiffSource } from "../clean-tiff/open-tiff-source.ts";
import type { ImageFacts } from "../facts.ts";
import { associatedImages, textFacts } from "../formats/slide-facts.ts";
import type { Source } from "../formats/source-format.ts";
import { withinHeaderTime } from "../process/header-time.ts";
import { openImage } from "../sharp/open-image.ts";
import { firstPlace } from "../tiff/page.ts";
import { hasTransparency, takesVips } from "../tiff/shown-channels.ts";
import { decoderError } from "../vips/decoder-error.ts";
import { planTiling } from "./plan-tiling.ts";
import { openingOf, type Probed, type Probing } from "./probed.ts";
import { refuseTooManyPixels, refuseTooMuchMemory, refuseUnfilled, refuseUnknownPixels } from "./refuse-image.ts";
import { sourceRaster } from "./source-raster.ts";

/** A source that sharp decodes, as it is or in a clean copy. @throws PyramidError as probe. */
export async function probeBySharp(probing: Probing): Promise<Probed> {
  const { source, scratchPath, tileSizePx, limits } = probing;
  const { format, contents } = source;
  const [page] = contents.pages;
  const tiff = page && (await openTiffSource({ ...openingOf(probing), page }));
  const cleaned = (await format.clean?.(source.path, scratchPath)) ?? source.path;
  const { path, place, make } = tiff ?? { path: cleaned, place: firstPlace, make: null };
  const metadata = await withinHeaderTime(openImage(path, place).metadata()).catch((error: unknown) =>
    Promise.reject(decoderError(error)),
  );
  refuseUnfilled(source.stated, metadata);
  refuseUnknownPixels(metadata);
  refuseTooManyPixels(metadata.width * metadata.height, limits.maxPixels);
  const image = factsOf(source, metadata);
  const checkBytes = format.pixelCheck?.bytes(metadata.width) ?? 0;
  const stored = sourceRaster(format, metadata, page?.tile?.heightPx, tiff?.pieceBytes ?? checkBytes);
  const { plan, memory } = planTiling(image, stored, tileSizePx);
  refuseTooMuchMemory(memory, limits.memoryBytes);
  const systemVips = page && takesVips(page) ? (await probing.findVips()).version : null;
  const unused = { byVips: null, samples: null, decodeWhole: null };
  const { pages } = contents;
  return {
    ...unused,
    format,
    path,
    place,
    make,
    image,
    plan,
    systemVips,
    contents,
    pages,
    pieces: tiff?.pieces ?? null,
  };
}

const bitDepths: Record<string, number> = { uchar: 8, ushort: 16 };

function factsOf({ format, contents: { pages, first } }: Source, metadata: Metadata): ImageFacts {
  const [page] = pages;
  return {
    format: format.name,
    widthPx: metadata.autoOrient.width,
    heightPx: metadata.autoOrient.height,
    orientation: metadata.orientation ?? 1,
    channels: metadata.channels,
    bitDepth: metadata.bitsPerSample ?? bitDepths[metadata.depth] ?? 8,
    samples: "unsigned",
    window: null,
    // Of a TIFF's channels, a decoder takes any that is one more than the colours for transparency.
    hasAlpha: metadata.hasAlpha && (!page || hasTransparency(page)),
    iccProfile: metadata.hasProfile,
    colourSpace: metadata.space,
    ...textFacts(page, first),
    pageCount: page ? pages.filter(({ place }) => place.subifd === null).length : (metadata.pages ?? 1),
    associatedImages: associatedImages(pages),
  };
}
