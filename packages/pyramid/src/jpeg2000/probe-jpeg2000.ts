import { PyramidError } from "../errors.ts";
import type { ImageFacts } from "../facts.ts";
import { childBytes, type MemoryEstimate } from "../making/memory-estimate.ts";
import type { Jpeg2000Kind } from "./jpeg2000-kind.ts";
import { decodeByOpenJpeg } from "./open-jpeg.ts";

const programBytes = 8 * 2 ** 20;
/** OpenJPEG works on samples of so many bytes. */
const sampleBytes = 4;
const spaces = { grey: ["b-w", "grey16"], rgb: ["srgb", "rgb16"], ycc: ["srgb", "rgb16"] } as const;

/** What is known of a JPEG 2000 that OpenJPEG's own program decodes. */
export function factsOfJpeg2000(kind: Jpeg2000Kind): ImageFacts {
  const { widthPx, heightPx, channels, bitDepth, hasAlpha, iccProfile, colours } = kind;
  const spaceNames = colours === "grey" || colours === "rgb" || colours === "ycc" ? spaces[colours] : null;
  if (!spaceNames) {
    throw new PyramidError("UNSUPPORTED_FORMAT", "The JPEG 2000 is CMYK of a kind that is not read; save it as RGB.");
  }
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
    colourSpace: spaceNames[bitDepth > 8 ? 1 : 0],
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

/** Only as a PNG does the program say which channel is transparency; that takes it several times as long. */
export const decodeJpeg2000 = (sourcePath: string, scratchPath: string, image: ImageFacts): Promise<string> =>
  decodeByOpenJpeg(sourcePath, scratchPath, image.bitDepth > 8 ? 16 : 8, image.hasAlpha ? "copy.png" : "copy.tif");
