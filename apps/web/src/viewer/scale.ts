/** A length on the object, round enough to read, and how long it is on the screen. */
export interface Scale {
  readonly widthPx: number;
  readonly label: string;
}

const units = [
  { name: "mm", micrometres: 1_000 },
  { name: "µm", micrometres: 1 },
  { name: "nm", micrometres: 0.001 },
] as const;

/** The longest of 1, 2 and 5 times a power of ten that fits into `longestPx` (CSS pixels). */
export function scaleFor(micrometresPerPx: number, longestPx: number): Scale {
  const longest = micrometresPerPx * longestPx;
  const power = 10 ** Math.floor(Math.log10(longest));
  const micrometres = power * ([5, 2].find((times) => times * power <= longest) ?? 1);
  const unit = units.find((each) => micrometres >= each.micrometres) ?? units[2];
  // Powers of ten below one are not exact in binary, and would show it.
  const count = Number((micrometres / unit.micrometres).toPrecision(6));
  return { widthPx: micrometres / micrometresPerPx, label: `${count} ${unit.name}` };
}
