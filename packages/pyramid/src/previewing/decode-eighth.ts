import { writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import type { Size } from "../geometry.ts";
import { appendDirectory, bigTiffHeader, type Field, field, firstLink, type } from "../making/bigtiff.ts";
import { tag } from "../reading/tiff-directory.ts";
import { CodedBytes } from "./coded-bytes.ts";
import { type JpegScan, readJpegScan } from "./jpeg-scan.ts";
import { fillRows } from "./pixel-rows.ts";
import { UnitMeans } from "./unit-means.ts";

const longestHeader = 2 ** 22;
/** Of 64 coefficients, each with a code of 16 bits and 15 that follow it. */
const longestBlockBytes = (64 * 31) / 8;

/** What of a JPEG's own words about its pixels is passed on. */
export interface ColourFacts {
  readonly icc: Uint8Array | undefined;
  readonly orientation: number | undefined;
}

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
  const { components, headerBytes } = scan;
  const across = Math.max(...components.map((component) => component.across));
  const rowsPerUnit = Math.max(...components.map(({ down }) => down));
  // Of a block that is only begun there is a pixel if half of it is within the image.
  const [widthPx, heightPx] = [Math.round(scan.widthPx / 8), Math.round(scan.heightPx / 8)];
  const unitsAcross = Math.ceil(scan.widthPx / (8 * across));
  const unitsDown = Math.ceil(heightPx / rowsPerUnit);
  if (widthPx === 0 || heightPx === 0) return false;
  const restartInterval = scan.restartInterval ?? unitsAcross * unitsDown;
  const blocksPerUnit = components.reduce((sum, component) => sum + component.across * component.down, 0);

  const coded = new CodedBytes(source.fd, headerBytes, unitsAcross * blocksPerUnit * longestBlockBytes);
  const means = new UnitMeans(scan, unitsAcross, coded.buffer);
  const rows = new Uint8ClampedArray(widthPx * rowsPerUnit * components.length);
  const stripLengths: number[] = [];
  writeSync(target.fd, bigTiffHeader());
  for (let unitRow = 0; unitRow < unitsDown; unitRow++) {
    // The process listens to its parent in between.
    await setImmediate();
    means.bitAt -= 8 * coded.advance(means.bitAt >> 3);
    for (let unit = 0; unit < unitsAcross; ) {
      const done = unitRow * unitsAcross + unit;
      if (done > 0 && done % restartInterval === 0) {
        const place = coded.restarts.shift();
        if (place === undefined || means.bitAt > 8 * place) return false;
        means.bitAt = 8 * place;
        means.restart();
      }
      const count = Math.min(unitsAcross - unit, restartInterval - (done % restartInterval));
      if (!means.read(unit, count)) return false;
      unit += count;
    }
    if (means.bitAt > 8 * coded.endByte) return false;
    fillRows(rows, widthPx, rowsPerUnit, means.planes, scan.isRgb);
    const rowCount = Math.min(rowsPerUnit, heightPx - unitRow * rowsPerUnit);
    const strip = rows.subarray(0, widthPx * rowCount * components.length);
    writeSync(target.fd, strip);
    stripLengths.push(strip.length);
  }
  const fields = fieldsOf({ widthPx, heightPx }, components.length, rowsPerUnit, stripLengths, facts);
  await appendDirectory(target, fields, firstLink);
  return true;
}

function fieldsOf(
  { widthPx, heightPx }: Size,
  channels: number,
  rowsPerStrip: number,
  stripLengths: readonly number[],
  { icc, orientation }: ColourFacts,
): Field[] {
  let next = bigTiffHeader().length;
  const offsets = stripLengths.map((length) => {
    next += length;
    return next - length;
  });
  return [
    field(tag.width, type.long, [widthPx]),
    field(tag.height, type.long, [heightPx]),
    field(tag.bitsPerSample, type.short, Array(channels).fill(8)),
    field(tag.compression, type.short, [1]),
    field(tag.photometric, type.short, [channels === 1 ? 1 : 2]),
    field(tag.stripOffsets, type.long8, offsets),
    field(tag.orientation, type.short, [orientation ?? 1]),
    field(tag.samplesPerPixel, type.short, [channels]),
    field(tag.rowsPerStrip, type.long, [rowsPerStrip]),
    field(tag.stripLengths, type.long, stripLengths),
    field(tag.planarConfiguration, type.short, [1]),
    ...(icc ? [field(tag.iccProfile, type.undefined, icc)] : []),
  ];
}
