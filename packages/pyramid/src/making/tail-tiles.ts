import { type FileHandle, open } from "node:fs/promises";
import { systemCode } from "../errors.ts";
import type { PyramidSettings } from "../limits.ts";
import { tileFormats } from "../tile-format/tile-formats.ts";

const pollMs = 250;

/**
 * Counts the tiles in the file at `path` while `work` writes it: sharp reports no progress, but its file grows by whole
 * tiles. `onCount` is called at most four times a second, with a count that only grows.
 */
export async function tailTiles<T>(
  path: string,
  settings: PyramidSettings,
  work: Promise<T>,
  onCount: (tiles: number) => void,
): Promise<T> {
  const format = tileFormats[settings.tileFormat];
  const buffer = Buffer.alloc(256 * 1024);
  let file: FileHandle | undefined;
  let position = 0;
  let begun = 0;
  let pending = Promise.resolve();

  const poll = async (): Promise<void> => {
    file ??= await openIfThere(path);
    for (let doneBytes = -1; file && doneBytes !== 0; position += doneBytes) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      const counted = format.countTiles(buffer.subarray(0, bytesRead), settings);
      begun += counted.tiles;
      ({ doneBytes } = counted);
    }
    // The last one may have only begun.
    onCount(Math.max(0, begun - 1));
  };
  const timer = setInterval(() => {
    // Progress is a courtesy: failing to read it must not fail the work.
    pending = pending.then(poll).catch(() => clearInterval(timer));
  }, pollMs);

  try {
    return await work;
  } finally {
    clearInterval(timer);
    await pending;
    await file?.close();
  }
}

const openIfThere = (path: string): Promise<FileHandle | undefined> =>
  open(path).catch((error: unknown) => (systemCode(error) === "ENOENT" ? undefined : Promise.reject(error)));
