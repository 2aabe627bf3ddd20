import { open } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { PyramidError } from "../../errors.ts";
import { DcDecoder, longestRowBytes, mcuGrid } from "./dc-decoder.ts";
import { EntropyCodedBytes } from "./entropy-coded-bytes.ts";
import { readJpegScan } from "./scan.ts";

const longestHeader = 2 ** 22;

/** What it takes of memory for an image of that width. */
export const codeCheckBytes = (widthPx: number): number => 2 ** 21 + 190 * widthPx;

/**
 * Reads the Huffman codes of a JPEG through, without making pixels of them. In its input, libjpeg takes a code that
 * there is not for a zero, and goes on without a word: what follows is noise. JPEGs in several scans and of four
 * channels are left to it.
 *
 * @throws PyramidError CORRUPT_IMAGE.
 */
export async function requireCodes(path: string): Promise<void> {
  const source = await open(path);
  try {
    const { buffer, bytesRead } = await source.read(Buffer.alloc(longestHeader), 0, longestHeader, 0);
    const scan = readJpegScan(buffer.subarray(0, bytesRead));
    if (!scan) return;
    const { blockRowsPerMcu } = mcuGrid(scan);
    const coded = new EntropyCodedBytes(source.fd, scan.headerBytes, longestRowBytes(scan));
    const decoder = new DcDecoder(scan, coded.buffer);
    for (let mcuRow = 0; mcuRow < Math.ceil(scan.heightPx / (8 * blockRowsPerMcu)); mcuRow++) {
      // The process listens to its parent in between.
      await setImmediate();
      decoder.bitAt -= 8 * coded.advance(decoder.bitAt >> 3);
      if (decoder.readRow(mcuRow, coded.restarts) && decoder.bitAt <= 8 * coded.endByte) continue;
      throw new PyramidError("CORRUPT_IMAGE", "The image is damaged or incomplete and could not be decoded.", {
        cause: `row ${mcuRow} of its blocks is not coded as its tables allow`,
      });
    }
  } finally {
    await source.close();
  }
}
