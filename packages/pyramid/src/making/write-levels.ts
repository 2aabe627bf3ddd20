import { open } from "node:fs/promises";
import type { WrittenLevel } from "../pyramid-level.ts";
import { fieldType, planarConfiguration, subfileBit, tag } from "../tiff/numbers.ts";
import { appendDirectory, type Field, field, firstLink } from "../tiff/write-directory.ts";
import { tileFormats } from "../tile-format/tile-formats.ts";

/** Makes a BigTIFF of a file that holds a header and tiles, by appending the directories that say where they are. */
export async function writeDirectories(
  path: string,
  tileSizePx: number,
  levels: readonly WrittenLevel[],
): Promise<void> {
  const file = await open(path, "r+");
  try {
    let link = firstLink;
    for (const [halvings, level] of levels.entries()) {
      link = await appendDirectory(file, fieldsOf(level, halvings, tileSizePx), link);
    }
  } finally {
    await file.close();
  }
}

function fieldsOf(level: WrittenLevel, halvings: number, tileSizePx: number): Field[] {
  const format = tileFormats[level.tileFormat];
  return [
    field(tag.subfileType, fieldType.long, [halvings > 0 ? subfileBit.reduced : 0]),
    field(tag.width, fieldType.long, [level.widthPx]),
    field(tag.height, fieldType.long, [level.heightPx]),
    field(tag.bitsPerSample, fieldType.short, [8, 8, 8]),
    field(tag.compression, fieldType.short, [format.compression]),
    field(tag.photometric, fieldType.short, [level.photometric]),
    field(tag.samplesPerPixel, fieldType.short, [3]),
    field(tag.planarConfiguration, fieldType.short, [planarConfiguration.chunky]),
    field(tag.tileWidth, fieldType.short, [tileSizePx]),
    field(tag.tileHeight, fieldType.short, [tileSizePx]),
    field(tag.tileOffsets, fieldType.long8, level.offsets),
    field(tag.tileLengths, fieldType.long, level.lengths),
    ...format.fieldsOf(level),
  ];
}
