import type { ImageFacts } from "../facts.ts";
import type { Jpeg2000Kind } from "../jpeg2000/jpeg2000-kind.ts";
import { decodeByOpenJpeg } from "../jpeg2000/open-jpeg.ts";
import { limitsFor } from "./by-vips.ts";
import { childBytes, type MemoryEstimate } from "./memory-estimate.ts";

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

/** What is known of a JPEG 2000 that OpenJPEG's own program decodes. */
export function factsOfJpeg2000(kind: Jpeg2000Kind): ImageFacts {
  const { widthPx, heightPx, channels, bitDepth, hasAlpha, iccProfile, colours } = kind;
  // What has other colours was refused before.
  const [space, deepSpace] = spaces[colours === "other" ? "rgb" : colours];
  return {
    format: "jp2",
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
export const estimateOpenJpeg = ({
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
export const decodeJpeg2000 = (
  sourcePath: string,
  scratchPath: string,
  image: ImageFacts,
  memoryBytes: number,
): Promise<string> => {
  const limits = limitsFor(image, memoryBytes);
  const [bits, name] = [image.bitDepth > 8 ? 16 : 8, image.hasAlpha ? "copy.png" : "copy.tif"] as const;
  return decodeByOpenJpeg(sourcePath, scratchPath, bits, name, limits);
};
