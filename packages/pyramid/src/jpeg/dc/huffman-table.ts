/** A Huffman table of a JPEG, laid out for reading. A symbol is followed by `symbol & 15` bits of its own. */
export interface HuffmanTable {
  /** By the next 16 bits: the code's length, and in the low byte its symbol; 0 where there is no such code. */
  readonly symbols: Uint16Array;
  /** By the next `windowBits` bits: all the AC coefficients of a block that are whole within them; 0 if none is. */
  readonly runs: Uint16Array;
}

/** Two tables of this size stay in a core's first cache. */
export const windowBits = 12;

/** Of a run: the bits it takes, the coefficients it passes, and whether the block ends with it. */
export const takenBits = 0b1_1111;
export const passedShift = 5;
export const mostPassed = 0b11_1111;
export const endsBlock = 1 << 11;

/** @param counts how many codes there are of each length from 1 to 16. @param symbols theirs, in order. */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const bySixteenBits = new Uint16Array(1 << 16);
  let [code, next] = [0, 0];
  for (const [i, count] of counts.entries()) {
    const length = i + 1;
    for (const symbol of symbols.subarray(next, next + count)) {
      bySixteenBits.fill((length << 8) | symbol, code << (16 - length), (code + 1) << (16 - length));
      code += 1;
    }
    next += count;
    code <<= 1;
  }
  const runs = new Uint16Array(1 << windowBits);
  for (let window = 0; window < runs.length; window++) runs[window] = runOf(window, bySixteenBits);
  return { symbols: bySixteenBits, runs };
}

function runOf(window: number, symbols: Uint16Array): number {
  let taken = 0;
  let passed = 0;
  for (;;) {
    const found = symbols[(window << (16 - windowBits + taken)) & 0xffff] ?? 0;
    const length = found >> 8;
    const zeros = (found >> 4) & 15;
    const size = found & 15;
    if (length === 0 || taken + length + size > windowBits) break;
    const isEnd = size === 0 && zeros !== 15;
    if (!isEnd && passed + zeros + 1 > mostPassed) break;
    taken += length + size;
    if (isEnd) return taken | (passed << passedShift) | endsBlock;
    passed += zeros + 1;
  }
  return taken | (passed << passedShift);
}
