import type { AnalysisNumber, AnalysisSummary } from "@tilewright/core/analysis";
import type { Stain } from "../colour/stain.ts";
import type { Measured } from "../measured.ts";
import { type Fractions, fractionsOf } from "./fractions.ts";
import { verdictOf } from "./verdict.ts";

const micrometresPerMillimetre = 1_000;

/** The same numbers for every image, in the same order; null where one can't be told. */
export function summaryOf(measured: Measured): AnalysisSummary {
  const fractions = fractionsOf(measured);
  return {
    verdict: verdictOf(fractions, measured.subject),
    numbers: [
      number("tissueFraction", "Tissue", fractions.tissue),
      number("tissueArea", "Tissue area", tissueArea(measured, fractions), "mm2"),
      number("blurredFraction", measured.subject === "slide" ? "Blurred tissue" : "Blurred", fractions.blurred),
      number("structurelessFraction", "Without structure", fractions.structureless),
      number("sharpness", "Median sharpness", median(measured.sharpness)),
      number("underexposedFraction", "Underexposed", fractions.underexposed),
      number("overexposedFraction", "Overexposed", fractions.overexposed),
      number("penFraction", "Pen marks", fractions.pen),
      number("redBalance", "Red against neutral", measured.balance?.[0] ?? null),
      number("greenBalance", "Green against neutral", measured.balance?.[1] ?? null),
      number("blueBalance", "Blue against neutral", measured.balance?.[2] ?? null),
      ...stainNumbers("haematoxylin", "Haematoxylin", measured.stains?.haematoxylin),
      ...stainNumbers("eosin", "Eosin", measured.stains?.eosin),
    ],
  };
}

function tissueArea({ micrometresPerPixel, cells }: Measured, { tissue }: Fractions): number | null {
  if (micrometresPerPixel === null || tissue === null) return null;
  const millimetres = micrometresPerPixel / micrometresPerMillimetre;
  return tissue * cells.widthPx * cells.heightPx * millimetres ** 2;
}

const stainNumbers = (name: string, label: string, stain: Stain | undefined): AnalysisNumber[] => [
  number(`${name}Angle`, `${label}, angle to the usual`, stain?.angleDegrees ?? null, "deg"),
  number(`${name}Red`, `${label}, density in red`, stain?.vector[0] ?? null),
  number(`${name}Green`, `${label}, density in green`, stain?.vector[1] ?? null),
  number(`${name}Blue`, `${label}, density in blue`, stain?.vector[2] ?? null),
];

/** To six digits, which is more than any of them is good for. */
const number = (name: string, label: string, value: number | null, unit = "1"): AnalysisNumber => ({
  name,
  label,
  value: value === null ? null : Number(value.toPrecision(6)),
  unit,
});

function median(values: Float64Array): number | null {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  return known[known.length >> 1] ?? null;
}
