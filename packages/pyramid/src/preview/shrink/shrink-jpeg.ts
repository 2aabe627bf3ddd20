import { type FileHandle, open } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { DcDecoder, longestRowBytes, mcuGrid } from "../../jpeg/dc/dc-decoder.ts";
import { EntropyCodedBytes } from "../../jpeg/dc/entropy-coded-bytes.ts";
import { fillRows } from "../../jpeg/dc/pixel-rows.ts";
import { type JpegScan, readJpegScan } from "../../jpeg/dc/scan.ts";
import { type ColourFacts, finishStripTiff, type StripLayout, writeStrip } from "../../tiff/strip-tiff.ts";
import { eighthOf } from "./eighth-size.ts";

const longestHeader = 2 ** 22;

/**
 * Writes a JPEG at an eighth of its size as an uncompressed TIFF: one pixel for each block of 8 x 8, its mean. libjpeg
 * can do that too, and spends most of its time on reading coefficients that it has no use for (ADR 44).
 *
 * @returns false, and no usable file, if the JPEG is damaged or of a kind that this is not for.
 */
export async function shrinkJpeg(sourcePath: string, targetPath: string, facts: ColourFacts): Promise<boolean> {
  const source = await open(sourcePath);
  const target = await open(targetPath, "w");
  try {
    const { buffer, bytesRead } = await source.read(Buffer.alloc(longestHeader), 0, longestHeader, 0);
    const scan = readJpegScan(buffer.subarray(0, bytesRead));
    return scan !== null && (await decode(source, scan, target, facts));
  } finally {
    await source.close();
    await target.close();
  }
}

async function decode(source: FileHandle, scan: JpegScan, target: FileHandle, facts: ColourFacts): Promise<boolean> {
  const { blockRowsPerMcu } = mcuGrid(scan);
  const channels = scan.components.length === 1 ? 1 : 3;
  const layout: StripLayout = { ...eighthOf(scan), channels, rowsPerStrip: blockRowsPerMcu };
  const { widthPx, heightPx } = layout;
  if (widthPx === 0 || heightPx === 0) return false;

  const coded = new EntropyCodedBytes(source.fd, scan.headerBytes, longestRowBytes(scan));
  const decoder = new DcDecoder(scan, coded.buffer);
  const rows = new Uint8ClampedArray(widthPx * blockRowsPerMcu * channels);
  for (let mcuRow = 0; mcuRow < Math.ceil(heightPx / blockRowsPerMcu); mcuRow++) {
    // The process listens to its parent in between.
    await setImmediate();
    decoder.bitAt -= 8 * coded.advance(decoder.bitAt >> 3);
    if (!decoder.readRow(mcuRow, coded.restarts) || decoder.bitAt > 8 * coded.endByte) return false;
    fillRows(rows, widthPx, blockRowsPerMcu, decoder.planes, scan.isRgb);
    writeStrip(target.fd, layout, mcuRow, rows);
  }
  await finishStripTiff(target, layout, facts);
  return true;
}
