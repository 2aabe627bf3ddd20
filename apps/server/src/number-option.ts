/**
 * The number that an option of a command was given as. What is none must not become a looser examination.
 *
 * @throws Error that names the option and says what it takes.
 */
export function numberOption(name: string, text: string, most: number): number {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (number >= 0 && number <= most) return number;
  throw new Error(`--${name} takes a number from 0 to ${most}, and ${JSON.stringify(text)} is none.`);
}
