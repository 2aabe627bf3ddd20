import { z } from "zod";
import { jobDomains } from "../domains.ts";
import { Sha256 } from "../sha256.ts";
import { line, text } from "../text.ts";
import { KindName, KindVersion } from "./kind.ts";
import { analysisLimits } from "./limits.ts";
import { Parameters } from "./parameters-schema.ts";

const pixels = z.int32().min(0);
const extent = z.int32().min(1);
const number = z.number();

/** A name that programs read. */
const Identifier = z.string().regex(/^[a-z][A-Za-z0-9]{0,62}$/, "a name in camelCase");

export const NumberName = Identifier;

/** One number of the summary. Fractions are 0 to 1 with the unit "1"; other units are UCUM's, such as mm2 and um. */
export const AnalysisNumber = z.strictObject({
  name: Identifier,
  /** For people: "Blurred tissue". */
  label: line(80).min(1),
  /** Null where it can't be told, such as an area without a scale. */
  value: number.nullable(),
  unit: line(20),
});
export type AnalysisNumber = z.infer<typeof AnalysisNumber>;

export const verdictLevels = ["good", "doubtful", "poor"] as const;

/** What a person needs to know first. */
export const Verdict = z.strictObject({
  level: z.enum(verdictLevels),
  /** Short enough for a badge: "Blurred 14 %". */
  text: line(40).min(1),
});
export type Verdict = z.infer<typeof Verdict>;

export function isNoResult(file: string): boolean {
  return file !== jobDomains.analysis.manifest;
}
export const resultIsOurs = "the server writes that one itself";

/** A layer's file lies beside `analysis.json`, under the attempt's own prefix: it has a plain name without folders. */
const gridFile = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}\.json$/, "a plain name that ends in .json")
  .refine(isNoResult, resultIsOurs);
const geoJsonFile = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}\.geojson$/, "a plain name that ends in .geojson");
const pictureFile = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}\.(?:png|webp)$/, "a plain name that ends in .png or .webp");

const layer = {
  name: Identifier,
  /** For people: "Sharpness". */
  title: line(80).min(1),
  description: text(500).default(""),
  sizeBytes: z.int().min(1).max(analysisLimits.layerBytes),
  sha256: Sha256,
};

/**
 * Values per cell. Its file is `GridValues`. Cell (column, row) covers the image's pixels from
 * `originXPx + column * cellWidthPx` and `originYPx + row * cellHeightPx` on; the last ones may reach over the edge.
 */
export const GridLayer = z.strictObject({
  type: z.literal("grid"),
  ...layer,
  file: gridFile,
  originXPx: pixels,
  originYPx: pixels,
  cellWidthPx: extent,
  cellHeightPx: extent,
  columns: extent,
  rows: extent,
  /** The values that the ends of the colour scale stand for. */
  range: z.tuple([number, number]),
  unit: line(20),
  /** Which values want a look: those below (or above) `value`. A viewer begins its threshold there. */
  threshold: z.strictObject({ value: number, wants: z.enum(["below", "above"]) }).nullable(),
});
export type GridLayer = z.infer<typeof GridLayer>;

/**
 * Outlines in pixels of the full image, y downwards: a GeoJSON FeatureCollection, as QuPath opens it. Rings are closed
 * and wound as RFC 7946 has it, by the numbers as they stand: the signed area of an exterior is positive, that of a
 * hole negative.
 */
export const GeoJsonLayer = z.strictObject({ type: z.literal("geojson"), ...layer, file: geoJsonFile });
export type GeoJsonLayer = z.infer<typeof GeoJsonLayer>;

/** A picture laid over the given rectangle of the image; its last pixels may reach over the edge. */
export const OverlayLayer = z.strictObject({
  type: z.literal("overlay"),
  ...layer,
  file: pictureFile,
  xPx: pixels,
  yPx: pixels,
  widthPx: extent,
  heightPx: extent,
});
export type OverlayLayer = z.infer<typeof OverlayLayer>;

export const AnalysisLayer = z.discriminatedUnion("type", [GridLayer, GeoJsonLayer, OverlayLayer]);
export type AnalysisLayer = z.infer<typeof AnalysisLayer>;

/** A field worth going to, in pixels of the full image. */
export const AnalysisField = z.strictObject({
  /** What is the matter with it, for people: "Blurred". */
  label: line(80).min(1),
  /** Name of the layer that `value` is from. */
  layer: Identifier,
  value: number,
  xPx: pixels,
  yPx: pixels,
  widthPx: extent,
  heightPx: extent,
});
export type AnalysisField = z.infer<typeof AnalysisField>;

export const AnalysisSummary = z.strictObject({
  verdict: Verdict,
  numbers: z.array(AnalysisNumber).max(analysisLimits.numbers),
});
export type AnalysisSummary = z.infer<typeof AnalysisSummary>;

/** What a worker has found; the server knows the rest of the result itself. */
export const AnalysisFindings = z.strictObject({
  /** What looked at it; the digest is of the program or model where there is one. */
  program: z.strictObject({ name: line(100).min(1), version: line(100), sha256: Sha256.nullable() }),
  summary: AnalysisSummary,
  /** The worst first. */
  fields: z.array(AnalysisField).max(analysisLimits.fields),
  layers: z.array(AnalysisLayer).max(analysisLimits.layers),
});
export type AnalysisFindings = z.infer<typeof AnalysisFindings>;

/** `analysis.json`: what an analysis found, and what it was made of. It is published last, so where it is, all is. */
export const AnalysisResult = AnalysisFindings.extend({
  format: z.literal("tilewright-analysis/1"),
  jobId: z.uuid(),
  attempt: z.int().min(1),
  kind: z.strictObject({ name: KindName, version: KindVersion }),
  /** As the job had them, defaults filled in. */
  parameters: Parameters,
  /** The pyramid that was looked at. */
  input: z.strictObject({
    imageId: z.uuid(),
    /** The tiling that made it. */
    pyramidJobId: z.uuid(),
    pyramidSha256: Sha256,
    widthPx: extent,
    heightPx: extent,
    micrometresPerPixel: number.positive().nullable(),
  }),
  createdAt: z.iso.datetime(),
});
export type AnalysisResult = z.infer<typeof AnalysisResult>;

/**
 * The file of a grid layer: row by row from the top left; null where there is nothing to say, such as beside tissue.
 */
export const GridValues = z.strictObject({ values: z.array(number.nullable()).max(analysisLimits.gridCells) });
export type GridValues = z.infer<typeof GridValues>;
