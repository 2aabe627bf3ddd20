import { corruptSamples } from "./corrupt.ts";

const [clear, end, firstFree] = [256, 257, 258];
const [leastWidth, mostWidth] = [9, 12];

/**
 * Decodes LZW as TIFF has it: codes from the highest bit down, and wider ones a code early.
 *
 * Each string of the table is one that was put out before, with the byte that followed it: its place is enough.
 *
 * @returns at most `mostBytes`. @throws PyramidError CORRUPT_IMAGE.
 */
export function decodeLzw(stored: Uint8Array, mostBytes: number): Uint8Array {
  const target = new Uint8Array(mostBytes);
  const starts = new Uint32Array(2 ** mostWidth);
  const lengths = new Uint32Array(2 ** mostWidth);
  let [next, width, previousStart, previousLength, written] = [firstFree, leastWidth, 0, 0, 0];
  let [held, heldBits] = [0, 0];
  for (let at = 0; written < mostBytes; ) {
    while (heldBits < width && at < stored.length) {
      held = ((held & 0xffff) << 8) | (stored[at++] ?? 0);
      heldBits += 8;
    }
    if (heldBits < width) break;
    heldBits -= width;
    const code = (held >> heldBits) & (2 ** width - 1);
    if (code === end) break;
    if (code === clear) {
      [next, width, previousLength] = [firstFree, leastWidth, 0];
      continue;
    }
    if (previousLength > 0 && next < 2 ** mostWidth) {
      starts[next] = previousStart;
      lengths[next] = previousLength + 1;
      next += 1;
      if (next === 2 ** width - 1 && width < mostWidth) width += 1;
    }
    const start = written;
    if (code < clear) {
      target[written++] = code;
    } else {
      if (code >= next) throw corruptSamples("a code is none of its table's");
      const from = starts[code] ?? 0;
      const length = Math.min(lengths[code] ?? 0, mostBytes - written);
      // The string may reach into what is written here: one byte after the other.
      for (let i = 0; i < length; i++) target[written++] = target[from + i] ?? 0;
    }
    previousStart = start;
    previousLength = written - start;
  }
  return target.subarray(0, written);
}
