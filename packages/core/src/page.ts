/** Bytes of JSON that one answer has room for, whatever is asked for. */
const roomBytes = 256 * 1024;

/** The first of `items` that fit into one answer: one at least, and `limit` at most. */
export function fitting<Item>(items: readonly Item[], limit: number): Item[] {
  const encoder = new TextEncoder();
  let bytes = 0;
  const end = items.findIndex((item) => {
    bytes += encoder.encode(JSON.stringify(item)).length;
    return bytes > roomBytes;
  });
  return items.slice(0, Math.min(limit, end === -1 ? items.length : Math.max(1, end)));
}

/** A piece of a long list. */
export interface Page {
  readonly limit: number;
  /** The last id of the page before. */
  readonly cursor?: string | undefined;
}
