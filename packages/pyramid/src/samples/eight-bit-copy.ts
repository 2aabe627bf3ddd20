import { open } from "node:fs/promises";
import type { SampleWindow } from "../facts.ts";
import { finishStripTiff, type StripLayout } from "../tiff/strip-tiff.ts";
import { bigTiffHeader } from "../tiff/write-directory.ts";
import { type Cell, cellsOf } from "./cells.ts";
import { PixelRows } from "./pixel-rows.ts";
import { background, type RenderRow, rowRenderer } from "./render-row.ts";
import { profileOf, type SampleTiff } from "./sample-tiff.ts";

const rowsPerStrip = 16;

/**
 * Writes the picture as a TIFF of 8 bits without compression, from the window's black to its white; what is missing or
 * transparent, as background. It keeps the source's orientation, and has its profile where that still says something.
 *
 * @param window as `findWindow` found it. @throws PyramidError CORRUPT_IMAGE, SCRATCH_FULL, INTERNAL.
 */
export async function writeEightBits(
  path: string,
  targetPath: string,
  tiff: SampleTiff,
  window: SampleWindow | null,
  onProgress: (share: number) => void,
): Promise<void> {
  const { page, colours } = tiff;
  const layout: StripLayout = { widthPx: page.widthPx, heightPx: page.heightPx, channels: colours, rowsPerStrip };
  const icc = keepsProfile(tiff, window) ? await profileOf(path, page) : undefined;
  const target = await open(targetPath, "w");
  try {
    const renderRow = rowRenderer(tiff, window);
    const rows = new PixelRows(tiff, page.widthPx);
    let band: Uint8ClampedArray | null = null;
    for await (const cell of cellsOf(path, tiff)) {
      band ??= new Uint8ClampedArray(page.widthPx * cell.heightPx * colours).fill(background);
      paint(cell, rows, renderRow, band, layout);
      if (cell.leftPx + cell.widthPx < page.widthPx) continue;
      await target.write(band, 0, band.length, bigTiffHeader().length + cell.topPx * page.widthPx * colours);
      band = null;
      onProgress((cell.topPx + cell.heightPx) / page.heightPx);
    }
    await finishStripTiff(target, layout, { icc, orientation: page.orientation });
  } finally {
    await target.close();
  }
}

/** Samples that are stretched, or were no colours of the profile's, are none afterwards. */
export const keepsProfile = ({ page, lab }: SampleTiff, window: SampleWindow | null): boolean =>
  page.iccProfile && lab === null && (window === null || window.foundBy === "type");

/** @param band rows of the picture, of which the cell is a part. */
function paint(
  cell: Cell,
  rows: PixelRows,
  renderRow: RenderRow,
  band: Uint8ClampedArray,
  { widthPx, channels }: StripLayout,
): void {
  if (!cell.channels) return;
  for (let y = 0; y < cell.heightPx; y++) {
    rows.read(cell.channels, cell, y);
    renderRow(rows, cell.widthPx, band, (y * widthPx + cell.leftPx) * channels);
  }
}
