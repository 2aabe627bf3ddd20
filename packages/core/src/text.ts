import { z } from "zod";

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

/**
 * A name as it may be shown anywhere: what can't be seen itself, but turns round or breaks the text about it, is
 * replaced by a sign that can. The name is kept as it is, for it is a fact about somebody's file.
 */
export const shownName = (name: string): string => name.toWellFormed().replace(misleading, replacement);

const replacement = "\u{FFFD}";

/** Controls, line and paragraph separators, and marks that embed, override or isolate a direction. */
const misleading = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/gu;
