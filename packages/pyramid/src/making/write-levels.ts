import { open } from "node:fs/promises";
import type { StoredLevel } from "../reading/pyramid-index.ts";
import { tag } from "../tiff/read-directory.ts";
import { appendDirectory, type Field, field, firstLink, type } from "../tiff/write-directory.ts";
import { tileFormats } from "../tile-format/tile-formats.ts";

/** A level whose tiles were made elsewhere may have its colours at another resolution than a half in both directions. */
export interface WrittenLevel extends StoredLevel {
  readonly chroma?: readonly [across: number, down: number];
}

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
    field(tag.subfileType, type.long, [halvings > 0 ? 1 : 0]),
    field(tag.width, type.long, [level.widthPx]),
    field(tag.height, type.long, [level.heightPx]),
    field(tag.bitsPerSample, type.short, [8, 8, 8]),
    field(tag.compression, type.short, [format.compression]),
    field(tag.photometric, type.short, [level.photometric]),
    field(tag.samplesPerPixel, type.short, [3]),
    field(tag.planarConfiguration, type.short, [1]),
    field(tag.tileWidth, type.short, [tileSizePx]),
    field(tag.tileHeight, type.short, [tileSizePx]),
    field(tag.tileOffsets, type.long8, level.offsets),
    field(tag.tileLengths, type.long, level.lengths),
    ...format.fieldsOf(level),
  ];
}
