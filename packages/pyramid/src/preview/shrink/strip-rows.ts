import { readSync } from "node:fs";
import { open } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { type StripLayout, writeStrip } from "../../tiff/strip-tiff.ts";
import { EightRows } from "./eight-rows.ts";
import { type RowsTask, takeRows } from "./row-threads.ts";

/** Strips of the result that several threads make of a source's rows. */
export interface StripRows extends RowsTask {
  readonly sourcePath: string;
  readonly targetPath: string;
  readonly layout: StripLayout;
  readonly source: PlainRows;
}

/** Where in a file the rows of a picture lie. */
export interface PlainRows {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rowsPerStrip: number;
  readonly offsets: Float64Array;
}

/** @returns false, and the other threads end as well, if the file ends before its rows. */
export async function shrinkStripRows(task: StripRows): Promise<boolean> {
  const { layout, source } = task;
  const { channels, widthPx, heightPx, rowsPerStrip } = layout;
  const from = await open(task.sourcePath);
  const to = await open(task.targetPath, "r+");
  try {
    const eight = new EightRows(source.widthPx, channels);
    const means = new Uint8Array(widthPx * rowsPerStrip * channels);
    return await takeRows(task, async (strip) => {
      // The process listens to its parent in between.
      await setImmediate();
      const first = strip * rowsPerStrip;
      for (let y = first; y < Math.min(first + rowsPerStrip, heightPx); y++) {
        for (const [i, row] of eight.rows.entries()) {
          // Below the image, its last row goes on.
          const place = placeOf(source, Math.min(8 * y + i, source.heightPx - 1), row.length);
          if (readSync(from.fd, row, 0, row.length, place) < row.length) return false;
        }
        eight.means(means.subarray((y - first) * widthPx * channels, (y - first + 1) * widthPx * channels));
      }
      writeStrip(to.fd, layout, strip, means);
      return true;
    });
  } finally {
    await from.close();
    await to.close();
  }
}

const placeOf = ({ offsets, rowsPerStrip }: PlainRows, row: number, rowBytes: number): number =>
  (offsets[Math.floor(row / rowsPerStrip)] ?? 0) + (row % rowsPerStrip) * rowBytes;
