/** Stands for what can't be shown or stored. */
export const replacement = "\u{FFFD}";

/** Controls, line and paragraph separators, and marks that embed, override or isolate a direction. */
const misleading = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/gu;

/**
 * A name as it may be shown anywhere: what can't be seen itself, but turns round or breaks the text about it, is
 * replaced by a sign that can. The name is kept as it is, for it is a fact about somebody's file. In a file without
 * schemas, so that a page which shows names need not load what reads them.
 */
export const shownName = (name: string): string => name.toWellFormed().replace(misleading, replacement);
