import type { ImageFacts } from "../facts.ts";
import type { SourceFormat } from "../formats/source-format.ts";
import type { Jpeg2000Kind } from "../jpeg2000/jpeg2000-kind.ts";
import { decodeByOpenJpeg, requireOpenJpeg } from "../jpeg2000/open-jpeg.ts";
import { limitsFor } from "../process/tool-limits.ts";
import { firstPlace } from "../tiff/page.ts";
import { childBytes, type MemoryEstimate } from "./memory-estimate.ts";
import { planTiling } from "./plan-tiling.ts";
import type { Probed, Probing } from "./probed.ts";
import { refuseTooManyPixels, refuseTooMuchMemory } from "./refuse-image.ts";
import { storedCopy } from "./vips-copy.ts";

const programBytes = 8 * 2 ** 20;
/** OpenJPEG works on samples of so many bytes. */
const sampleBytes = 4;
/** libvips' names, of 8 bits and of more. */
const spaces = {
  grey: ["b-w", "grey16"],
  rgb: ["srgb", "rgb16"],
  ycc: ["srgb", "rgb16"],
  cmyk: ["cmyk", "cmyk"],
} as const;

/** A JPEG 2000 that OpenJPEG's own program decodes whole. @throws PyramidError as probe. */
export async function probeByOpenJpeg(
  { source, scratchPath, tileSizePx, limits }: Probing,
  kind: Jpeg2000Kind,
): Promise<Probed> {
  const { path, format, contents } = source;
  const image = factsOf(format, kind);
  refuseTooManyPixels(image.widthPx * image.heightPx, limits.maxPixels);
  await requireOpenJpeg();
  const decoding = estimateDecoding(kind);
  const { plan, memory: tiling } = planTiling(image, storedCopy(image, image.hasAlpha), tileSizePx);
  refuseTooMuchMemory(decoding.bytes > tiling.bytes ? decoding : tiling, limits.memoryBytes);
  const decodeWhole = (): Promise<string> => decode(path, scratchPath, image, decoding.bytes);
  const unused = {
    place: firstPlace,
    make: null,
    byVips: null,
    systemVips: null,
    samples: null,
    pages: [],
    pieces: null,
  };
  return { ...unused, format, path, image, plan, decodeWhole, contents };
}

function factsOf(format: SourceFormat, kind: Jpeg2000Kind): ImageFacts {
  const { widthPx, heightPx, channels, bitDepth, hasAlpha, iccProfile, colours } = kind;
  // What has other colours was refused before.
  const [space, deepSpace] = spaces[colours === "other" ? "rgb" : colours];
  return {
    format: format.name,
    widthPx,
    heightPx,
    orientation: 1,
    channels,
    bitDepth,
    samples: "unsigned",
    window: null,
    hasAlpha,
    iccProfile,
    colourSpace: bitDepth > 8 ? deepSpace : space,
    separateChannels: [],
    pageCount: 1,
    micrometresPerPixel: null,
    objectivePower: null,
    associatedImages: [],
  };
}

/** The samples as they are stored and those of the result, both whole, and the file. */
const estimateDecoding = ({
  widthPx,
  heightPx,
  channels,
  samplesPerPixel,
  sizeBytes,
}: Jpeg2000Kind): MemoryEstimate => ({
  bytes:
    childBytes +
    programBytes +
    2 * sizeBytes +
    widthPx * heightPx * sampleBytes * (samplesPerPixel + Math.max(channels, samplesPerPixel)),
  wholeFrame: "of its format",
});

/**
 * Only as a PNG does the program say which channel is transparency; that takes it several times as long.
 *
 * @param memoryBytes as estimated.
 */
const decode = (sourcePath: string, scratchPath: string, image: ImageFacts, memoryBytes: number): Promise<string> => {
  const limits = limitsFor(image, memoryBytes);
  const [bits, name] = [image.bitDepth > 8 ? 16 : 8, image.hasAlpha ? "copy.png" : "copy.tif"] as const;
  return decodeByOpenJpeg(sourcePath, scratchPath, bits, name, limits);
};
