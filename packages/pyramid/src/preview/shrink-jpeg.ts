import { type FileHandle, open } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { longestRowBytes, UnitMeans, unitGrid } from "../jpeg/dc/dc-decoder.ts";
import { CodedBytes } from "../jpeg/dc/entropy-coded-bytes.ts";
import { fillRows } from "../jpeg/dc/pixel-rows.ts";
import { type JpegScan, readJpegScan } from "../jpeg/scan.ts";
import { type ColourFacts, finishStripTiff, type StripLayout, writeStrip } from "../tiff/strip-tiff.ts";
import { eighthOf } from "./preview-size.ts";

const longestHeader = 2 ** 22;

/**
 * Writes a JPEG at an eighth of its size as an uncompressed TIFF: one pixel for each block of 8 x 8, its mean. libjpeg can
 * do that too, and spends most of its time on reading coefficients that it has no use for (ADR 44).
 *
 * @returns false, and no usable file, if the JPEG is damaged or of a kind that this is not for.
 */
export async function decodeEighth(sourcePath: string, targetPath: string, facts: ColourFacts): Promise<boolean> {
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
  const { rowsPerUnit } = unitGrid(scan);
  const channels = scan.components.length === 1 ? 1 : 3;
  const layout: StripLayout = { ...eighthOf(scan), channels, rowsPerStrip: rowsPerUnit };
  const { widthPx, heightPx } = layout;
  if (widthPx === 0 || heightPx === 0) return false;

  const coded = new CodedBytes(source.fd, scan.headerBytes, longestRowBytes(scan));
  const means = new UnitMeans(scan, coded.buffer);
  const rows = new Uint8ClampedArray(widthPx * rowsPerUnit * channels);
  for (let unitRow = 0; unitRow < Math.ceil(heightPx / rowsPerUnit); unitRow++) {
    // The process listens to its parent in between.
    await setImmediate();
    means.bitAt -= 8 * coded.advance(means.bitAt >> 3);
    if (!means.readRow(unitRow, coded.restarts) || means.bitAt > 8 * coded.endByte) return false;
    fillRows(rows, widthPx, rowsPerUnit, means.planes, scan.isRgb);
    writeStrip(target.fd, layout, unitRow, rows);
  }
  await finishStripTiff(target, layout, facts);
  return true;
}
