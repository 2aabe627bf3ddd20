import { z } from "zod";
import { replacement } from "./shown-name.ts";

export { shownName } from "./shown-name.ts";

/**
 * Text from outside, of at most so many UTF-16 units. U+0000, which PostgreSQL can't hold, and halves of surrogate
 * pairs, which UTF-8 can't, are refused.
 */
export const text = (mostUnits: number) =>
  z.string().max(mostUnits).refine(isStorable, "text has neither U+0000 nor half of a surrogate pair");

/** Of one line: control characters are refused too. */
export const line = (mostUnits: number) =>
  text(mostUnits).regex(/^\P{Cc}*$/u, "text of one line has no control characters");

const isStorable = (value: string): boolean => value.isWellFormed() && !value.includes("\0");

/** `value` as `text` takes it, cut and mended where it must be. */
export const asText = (value: string, mostUnits: number): string =>
  value.slice(0, mostUnits).toWellFormed().replaceAll("\0", replacement);
