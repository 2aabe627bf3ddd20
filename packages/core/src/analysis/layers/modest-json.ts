import { invalid } from "./refuse.ts";

export interface JsonBounds {
  readonly depth: number;
  /** Elements of arrays, members of objects, and these themselves. */
  readonly values: number;
}

/**
 * Reads a stranger's JSON once it is known that a parser will make no more of it than `most` allows: 32 MiB of nothing
 * but brackets would take gigabytes.
 *
 * @throws TilewrightError RESULT_INVALID
 */
export function parseModestJson(bytes: Uint8Array, most: JsonBounds): unknown {
  requireModest(bytes, most);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw invalid("A layer's file is no JSON in UTF-8.");
  }
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/** In UTF-8 no byte of another character equals one of these. */
function requireModest(bytes: Uint8Array, most: JsonBounds): void {
  let [depth, values, isText] = [0, 0, false];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (isText) {
      if (byte === backslash) at += 1;
      else if (byte === quote) isText = false;
    } else if (byte === quote) isText = true;
    else if (byte === comma) values += 1;
    else if (opening.has(byte)) [depth, values] = [depth + 1, values + 1];
    else if (closing.has(byte)) depth -= 1;
    if (depth > most.depth) throw invalid(`A layer's file is nested more than ${most.depth} deep.`);
    if (values > most.values) throw invalid(`A layer's file has more than ${most.values} values.`);
  }
}
