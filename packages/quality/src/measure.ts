import { openFileSource, openPyramid, type Pyramid } from "@tilewright/pyramid";
import { colourBalance } from "./colour/balance.ts";
import { measureExposure } from "./colour/exposure.ts";
import { estimateStains } from "./colour/stain.ts";
import { sampleTissue } from "./colour/tissue-sample.ts";
import type { QualityParameters } from "./kind.ts";
import type { Measured } from "./measured.ts";
import { cellShares } from "./overview/cell-shares.ts";
import type { Mask } from "./overview/mask.ts";
import { type Overview, readOverview } from "./overview/overview.ts";
import { divide } from "./sharpness/cells.ts";
import { measureSharpness } from "./sharpness/sharpness.ts";
import { findGlass, type Glass } from "./tissue/glass.ts";
import { findInk } from "./tissue/ink.ts";
import { mayBeSlide, type Subject, tellSubject } from "./tissue/subject.ts";
import { findTissue } from "./tissue/tissue-mask.ts";

/** Less of a cell says little of it. */
const leastShare = 0.25;
/** How far the work is when the overview has been looked at, and when all cells have been. */
const [overviewDone, sharpnessDone] = [0.1, 0.95];

export interface Question {
  readonly pyramidPath: string;
  readonly parameters: QualityParameters;
  readonly micrometresPerPixel: number | null;
}

/** Looks at a pyramid. @throws PyramidError it is none, or a tile can't be decoded. */
export async function measure(question: Question, onProgress: (fraction: number) => void): Promise<Measured> {
  const source = await openFileSource(question.pyramidPath);
  try {
    return await measurePyramid(await openPyramid(source), question, onProgress);
  } finally {
    await source.close();
  }
}

async function measurePyramid(
  pyramid: Pyramid,
  { pyramidPath, parameters, micrometresPerPixel }: Question,
  onProgress: (fraction: number) => void,
): Promise<Measured> {
  const overview = await readOverview(pyramid);
  const glass = findGlass(overview);
  const { subject, tissue, pen } = lookOver(overview, glass, parameters);
  onProgress(overviewDone);
  const cells = divide(pyramid, parameters.cellSizePx);
  const shares = cellShares(tissue, overview, cells);
  const judged = Uint8Array.from(shares, (share) => (share >= leastShare ? 1 : 0));
  const sharpness = await measureSharpness(pyramid, pyramidPath, cells, judged, (fraction) =>
    onProgress(overviewDone + fraction * (sharpnessDone - overviewDone)),
  );
  const isSlide = subject === "slide";
  return {
    ...{ parameters, micrometresPerPixel, subject, overview, tissue, pen, cells, shares, judged, sharpness },
    exposure: measureExposure(overview, tissue, subject, glass),
    balance: colourBalance(overview, glass, subject),
    stains: isSlide ? estimateStains(await sampleTissue(pyramid, overview, tissue), glass.colour) : null,
  };
}

interface Look {
  readonly subject: Subject;
  readonly tissue: Mask;
  readonly pen: Mask;
}

function lookOver(overview: Overview, glass: Glass, { subject: asked }: QualityParameters): Look {
  if (asked === "picture" || (asked === "auto" && !mayBeSlide(glass))) return asPicture(overview);
  const pen = findInk(overview, glass.colour);
  if (asked === "auto" && tellSubject(overview, glass, pen) === "picture") return asPicture(overview);
  return { subject: "slide", tissue: findTissue(overview, glass.colour, pen), pen };
}

function asPicture({ widthPx, heightPx }: Overview): Look {
  const [all, none] = [new Uint8Array(widthPx * heightPx).fill(1), new Uint8Array(widthPx * heightPx)];
  return { subject: "picture", tissue: { widthPx, heightPx, data: all }, pen: { widthPx, heightPx, data: none } };
}
