import { formatSample } from "../ui/amounts.ts";

/** UCUM's codes as people write them. Others are shown as they are. */
const unitWords: Readonly<Record<string, string>> = { "1": "", um: "µm", um2: "µm²", mm2: "mm²", cm2: "cm²", deg: "°" };

/** "3.142 mm²", "0.25": four significant digits. */
export function formatQuantity(value: number, unit: string): string {
  const number = formatSample(Number(value.toPrecision(4)));
  const word = Object.hasOwn(unitWords, unit) ? unitWords[unit] : unit;
  return word ? `${number}${word === "°" ? "" : " "}${word}` : number;
}
