import type { ImageFacts } from "../facts.ts";
import { associatedImages, textFacts } from "../formats/slide-facts.ts";
import type { SourceFormat } from "../formats/source-format.ts";
import { gridOf } from "../samples/cells.ts";
import { isWholeBytes } from "../samples/numbers.ts";
import type { SampleTiff } from "../samples/sample-tiff.ts";
import { firstPlace } from "../tiff/page.ts";
import type { TiffContents } from "../tiff/pages.ts";
import { childBytes, type MemoryEstimate } from "./memory-estimate.ts";
import { planTiling } from "./plan-tiling.ts";
import type { Probed, Probing } from "./probed.ts";
import { refuseTooMuchMemory } from "./refuse-image.ts";
import { type SourceRaster, usualTileHeightPx } from "./source-raster.ts";

/**
 * A TIFF whose samples are read here. Reading makes a copy in 8 bits, and then that is tiled: whichever takes more
 * memory counts.
 *
 * @throws PyramidError as probe.
 */
export function probeBySamples({ source, tileSizePx, limits }: Probing, samples: SampleTiff): Probed {
  const { path, format, contents } = source;
  const image = factsOf(format, samples, contents);
  const reading = estimateReading(samples);
  const { plan, memory: tiling } = planTiling(image, eightBitImage(samples), tileSizePx);
  const afterwards = { ...tiling, bytes: tiling.bytes + keptBytes };
  refuseTooMuchMemory(reading.bytes > afterwards.bytes ? reading : afterwards, limits.memoryBytes);
  const unused = { make: null, byVips: null, systemVips: null, decodeWhole: null, pages: [], pieces: null };
  return { ...unused, format, path, place: firstPlace, image, plan, samples, contents };
}

function factsOf(
  format: SourceFormat,
  { page, samples, bits, colours, opacity }: SampleTiff,
  { pages, first }: TiffContents,
): ImageFacts {
  const { orientation } = page;
  const { separateChannels, ...says } = textFacts(page, first);
  const isSideways = orientation > 4;
  return {
    format: format.name,
    widthPx: isSideways ? page.heightPx : page.widthPx,
    heightPx: isSideways ? page.widthPx : page.heightPx,
    orientation,
    channels: page.samplesPerPixel,
    bitDepth: bits,
    samples,
    window: null,
    hasAlpha: opacity !== null,
    iccProfile: page.iccProfile,
    colourSpace: colours === 1 ? "b-w" : "srgb",
    separateChannels,
    pageCount: pages.filter(({ place }) => place.subifd === null).length,
    ...says,
    associatedImages: associatedImages(pages),
  };
}

/** The TIFF of 8 bits that `writeEightBits` makes. */
const eightBitImage = ({ page, colours }: SampleTiff): SourceRaster => ({
  widthPx: page.widthPx,
  heightPx: page.heightPx,
  channels: colours,
  sampleBytes: 1,
  orientation: page.orientation,
  tileHeightPx: Math.min(usualTileHeightPx, page.heightPx),
  pieceBytes: 0,
  frame: null,
});

/** What is kept of samples to find the window, what sorting them takes, and what this process doesn't give back. */
const keptBytes = 40 * 2 ** 20;
/** Pieces that are no longer needed go when memory is wanted, not at once. */
const piecesHeld = 2;

/** Private memory that reading the samples takes at most. */
function estimateReading(tiff: SampleTiff): MemoryEstimate {
  const { page, bits, colours, opacity } = tiff;
  const { piece, rows, columns, rowsAtOnce } = gridOf(tiff);
  const channelsHeld = page.isPlanar ? colours + (opacity ? 1 : 0) : page.samplesPerPixel;
  const isView = isWholeBytes(tiff) && [8, 16, 32].includes(bits) && tiff.samples !== "float";
  const sampleBytes = bits / 8 + (isView || bits === 32 ? 0 : 8);
  const pieceBytes = piece.widthPx * rowsAtOnce * channelsHeld * (bits / 8 + sampleBytes);
  return {
    bytes: childBytes + keptBytes + piecesHeld * pieceBytes + 2 * page.widthPx * rowsAtOnce * colours,
    wholeFrame: rows * columns === 1 ? "it is stored in one piece" : null,
  };
}
