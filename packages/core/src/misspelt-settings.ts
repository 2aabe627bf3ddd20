/** A name in the environment that means nothing, and the setting that it looks like. */
export interface MisspeltSetting {
  readonly name: string;
  readonly meant: string;
}

/** Shorter names are like too many others. */
const shortestBeginning = 8;

/**
 * Settings that nobody reads because of a slip in their names: a letter or two, two of them swapped, an ending left
 * out.
 *
 * @param given names in the environment. @param known names of the settings.
 */
export function misspeltSettings(given: readonly string[], known: readonly string[]): MisspeltSetting[] {
  return given.flatMap((name) => {
    if (known.includes(name)) return [];
    const meant = known.find((each) => !given.includes(each) && looksLike(name.toUpperCase(), each));
    return meant === undefined ? [] : [{ name, meant }];
  });
}

export const misspeltSentence = ({ name, meant }: MisspeltSetting): string =>
  `${name} is not a setting and is ignored; ${meant} is one.`;

function looksLike(name: string, setting: string): boolean {
  if (name.length >= shortestBeginning && setting.startsWith(`${name}_`)) return true;
  const most = setting.length <= 5 ? 1 : 2;
  return Math.abs(name.length - setting.length) <= most && editDistance(name, setting) <= most;
}

/** How many letters differ, are missing or too many, or swapped with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const change = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      rows[i]?.push(Math.min(change, swap, at(i - 1, j) + 1, at(i, j - 1) + 1));
    }
  }
  return at(a.length, b.length);
}
