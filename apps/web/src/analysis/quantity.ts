import type { AnalysisNumber } from "@tilewright/core/analysis";
import { formatSample } from "../ui/amounts.ts";

/** UCUM's codes as people write them. Others are shown as they are. */
const unitWords: Readonly<Record<string, string>> = { "1": "", um: "µm", um2: "µm²", mm2: "mm²", cm2: "cm²", deg: "°" };

/** "3.142 mm²", "0.25": four significant digits. */
export function formatQuantity(value: number, unit: string): string {
  const number = formatSample(Number(value.toPrecision(4)));
  const word = Object.hasOwn(unitWords, unit) ? unitWords[unit] : unit;
  return word ? `${number}${word === "°" ? "" : " "}${word}` : number;
}

/** Of what is 1 the unit, fractions are shown as percent, and ratios such as a balance are not: their names tell. */
const isFraction = ({ name, unit }: AnalysisNumber): boolean => unit === "1" && /fraction$/i.test(name);

/** "14.2 %", "3.142 mm²"; "unknown" where it can't be told. */
export function formatNumber(number: AnalysisNumber): string {
  if (number.value === null) return "unknown";
  return isFraction(number) ? `${percent(number.value)} %` : formatQuantity(number.value, number.unit);
}

/** From one to the other, with its sign; null where there is no telling, such as of two units. */
export function formatDifference(one: AnalysisNumber, other: AnalysisNumber): string | null {
  if (one.value === null || other.value === null || one.unit !== other.unit) return null;
  const difference = other.value - one.value;
  const size = Math.abs(difference);
  const amount = isFraction(other) ? `${percent(size)} points` : formatQuantity(size, other.unit);
  return Number.parseFloat(amount) === 0 ? amount : `${difference < 0 ? "−" : "+"}${amount}`;
}

const percent = (fraction: number): string => formatSample(Math.round(fraction * 1_000) / 10);
