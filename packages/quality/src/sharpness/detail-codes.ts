/** So many bits are looked up at a time: 16 KiB stay in a core's first cache. */
export const windowBits = 12;

/** Of an entry: bits it takes, zeros before the coefficient, and the coefficient's magnitude. */
export const takenMask = 0b1_1111;
export const zerosShift = 5;
export const zerosMask = 0b1111;
export const magnitudeShift = 9;

/**
 * By the next bits of a block's detail: a code and the coefficient behind it, if both lie within the window; 0 if they
 * don't. The end of a block and sixteen zeros have a magnitude of 0.
 *
 * @param symbols by 16 bits, as `HuffmanTable` has them.
 */
export function detailCodes(symbols: Uint16Array): Int32Array {
  return Int32Array.from({ length: 1 << windowBits }, (_, window) => {
    const symbol = symbols[window << (16 - windowBits)] ?? 0;
    const [length, zeros, size] = [symbol >> 8, (symbol >> 4) & zerosMask, symbol & 15];
    const taken = length + size;
    if (length === 0 || taken > windowBits) return 0;
    const bits = (window >> (windowBits - taken)) & ((1 << size) - 1);
    return taken | (zeros << zerosShift) | (magnitudeOf(bits, size) << magnitudeShift);
  });
}

/** Values whose first bit is 0 are negative (ITU-T T.81, F.2.2.1). */
export const magnitudeOf = (bits: number, size: number): number =>
  size === 0 || bits >>> (size - 1) === 1 ? bits : (1 << size) - 1 - bits;
