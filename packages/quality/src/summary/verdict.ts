import type { AnalysisSummary } from "@tilewright/core";
import type { Subject } from "../tissue/subject.ts";
import type { Fractions } from "./fractions.ts";

type Verdict = AnalysisSummary["verdict"];

/** Less tissue is none. */
const leastTissue = 0.0005;
/** From which fractions on something is doubtful, and poor. */
const limits = {
  blurred: [0.05, 0.25],
  /** Fat and the like have none, and what a heavy blur has taken it from: these can't be told apart. */
  structureless: [0.2, Number.POSITIVE_INFINITY],
  exposure: [0.02, 0.2],
  pen: [0.002, 0.2],
} as const;

/** What a person needs to know first, of the worst that was found. */
export function verdictOf(fractions: Fractions, subject: Subject): Verdict {
  const { tissue, pen, blurred, structureless, underexposed, overexposed } = fractions;
  if (subject === "slide" && (tissue ?? 0) < leastTissue) {
    return { level: "poor", text: pen >= limits.pen[0] ? "Pen marks, no tissue" : "Empty slide" };
  }
  const found = [
    finding("Blurred", blurred, limits.blurred),
    subject === "slide" ? finding("No structure", structureless, limits.structureless) : null,
    finding("Overexposed", overexposed, limits.exposure),
    finding("Underexposed", underexposed, limits.exposure),
    finding("Pen marks", pen, limits.pen),
  ].filter((verdict) => verdict !== null);
  const worst = found.find(({ level }) => level === "poor") ?? found[0];
  if (worst) return worst;
  // Nowhere is there anything that could be sharp or blurred.
  if (blurred === null || structureless === 1) return { level: "doubtful", text: "No structure" };
  return { level: "good", text: "Sharp" };
}

function finding(what: string, fraction: number | null, [doubtful, poor]: readonly [number, number]): Verdict | null {
  if (fraction === null || fraction < doubtful) return null;
  const percent = fraction < 0.01 ? "under 1" : String(Math.round(fraction * 100));
  return { level: fraction < poor ? "doubtful" : "poor", text: what === "Pen marks" ? what : `${what} ${percent} %` };
}
