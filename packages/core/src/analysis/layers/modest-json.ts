import { invalid } from "./refuse.ts";

export interface JsonBounds {
  readonly depth: number;
  /** Elements of arrays, members of objects, and these themselves. */
  readonly values: number;
}

/**
 * Reads a stranger's JSON once it is known that a parser will make no more of it than `most` allows: 32 MiB of nothing
 * but brackets would take gigabytes. Others have their turn in between.
 *
 * @throws TilewrightError RESULT_INVALID
 */
export async function parseModestJson(bytes: Uint8Array, most: JsonBounds): Promise<unknown> {
  let count: Count = { depth: 0, values: 0, isText: false, next: 0 };
  while (count.next < bytes.length) {
    count = counted(bytes, Math.min(bytes.length, count.next + bytesPerTurn), count, most);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw invalid("A layer's file is no JSON in UTF-8.");
  }
}

/** A few milliseconds' work. */
const bytesPerTurn = 1024 * 1024;

interface Count {
  readonly depth: number;
  readonly values: number;
  readonly isText: boolean;
  /** Where it goes on. */
  readonly next: number;
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBracket, openBrace, closeBracket, closeBrace] = [0x5b, 0x7b, 0x5d, 0x7d];

/** In UTF-8 no byte of another character equals one of these. */
function counted(bytes: Uint8Array, end: number, from: Count, most: JsonBounds): Count {
  let { depth, values, isText, next } = from;
  for (; next < end; next += 1) {
    const byte = bytes[next];
    if (isText) {
      if (byte === backslash) next += 1;
      else if (byte === quote) isText = false;
    } else if (byte === quote) isText = true;
    else if (byte === comma) values += 1;
    else if (byte === closeBracket || byte === closeBrace) depth -= 1;
    else if (byte === openBracket || byte === openBrace) {
      depth += 1;
      values += 1;
      if (depth > most.depth) throw invalid(`A layer's file is nested more than ${most.depth} deep.`);
    }
  }
  if (values > most.values) throw invalid(`A layer's file has more than ${most.values} values.`);
  return { depth, values, isText, next };
}
