import type { AnalysisStatus } from "@tilewright/client";
import type { AnalysisNumber } from "@tilewright/core/analysis";
import { formatDifference, formatNumber } from "./quantity.ts";

/** A number of two analyses side by side. */
export interface ComparedNumber {
  readonly name: string;
  readonly label: string;
  /** "–" where one of them does not have it. */
  readonly one: string;
  readonly other: string;
  readonly difference: string | null;
}

/** The numbers of either, in the order of the first. */
export function compareNumbers(one: readonly AnalysisNumber[], other: readonly AnalysisNumber[]): ComparedNumber[] {
  const names = new Set([...one, ...other].map(({ name }) => name));
  return [...names].map((name) => {
    const [mine, theirs] = [one, other].map((numbers) => numbers.find((each) => each.name === name));
    return {
      name,
      label: (mine ?? theirs)?.label ?? name,
      one: mine ? formatNumber(mine) : "–",
      other: theirs ? formatNumber(theirs) : "–",
      difference: mine && theirs ? formatDifference(mine, theirs) : null,
    };
  });
}

/** Why two analyses may differ although the slide is the same; as sentences. */
export function unlikeWords(one: AnalysisStatus, other: AnalysisStatus): string[] {
  if (one.kind.name !== other.kind.name) return ["They are two kinds of analysis."];
  const names = new Set([...Object.keys(one.parameters), ...Object.keys(other.parameters)]);
  const unlike = [...names].filter((name) => one.parameters[name] !== other.parameters[name]);
  const version = `Their versions differ: ${one.kind.version} and ${other.kind.version}.`;
  return [
    ...(one.kind.version === other.kind.version ? [] : [version]),
    ...unlike.map((name) => `${name} differs: ${valueWords(one, name)} and ${valueWords(other, name)}.`),
    ...(one.pyramidJobId === other.pyramidJobId ? [] : ["They looked at two pyramids of the slide."]),
  ];
}

const valueWords = ({ parameters }: AnalysisStatus, name: string): string => String(parameters[name] ?? "nothing");
