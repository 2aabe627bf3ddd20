import { basename, dirname, join, relative } from "node:path";
import type { Size } from "../geometry.ts";
import { runTool } from "../process/run-tool.ts";
import { environmentFor, outputOf } from "./run.ts";
import type { VipsSource } from "./source.ts";

/**
 * As wide as is usual, and low: `vips` and what reads the copy each hold several rows of tiles of the image's width.
 */
export const copyTile: Size = { widthPx: 512, heightPx: 128 };

/** Told how much of an operation is done, 0 to 1, in whole percent; it never goes back. */
export type OnProgress = (share: number) => void;

/** sharp's libvips takes tiles that are several times larger than the image for damage. */
export const isTiledCopy = ({ widthPx, heightPx }: Size): boolean =>
  widthPx >= copyTile.widthPx && heightPx >= copyTile.heightPx;

const layoutOf = (size: Size): string =>
  isTiledCopy(size) ? `tile,tile-width=${copyTile.widthPx},tile-height=${copyTile.heightPx},` : "";

/**
 * Writes the image as a TIFF, from top to bottom and in little memory, without loss and with its transparency: what
 * shines through would count among the samples that say what is white.
 *
 * @param targetName in the same folder. @param size before its orientation is applied.
 * @returns where the copy is.
 * @throws PyramidError as vipsHeader, and SCRATCH_FULL.
 */
export async function vipsToTiff(
  source: VipsSource,
  targetName: string,
  size: Size,
  onProgress?: OnProgress,
): Promise<string> {
  const target = `${targetName}[${layoutOf(size)}bigtiff,compression=lzw,predictor=horizontal]`;
  await vips(source, [source.loader.name, basename(source.path), target], onProgress);
  return join(dirname(source.path), targetName);
}

/**
 * Writes one of a slide's sizes as an uncompressed TIFF, with the transparency of its reader.
 *
 * @param targetName in the same folder.
 * @returns where the TIFF is.
 * @throws PyramidError as vipsToTiff.
 */
export async function slideLevelToTiff(source: VipsSource, targetName: string, level: number): Promise<string> {
  const name = basename(source.path);
  await vips(source, [source.loader.name, name, `${targetName}[bigtiff]`, "--level", String(level)]);
  return join(dirname(source.path), targetName);
}

/**
 * Writes the first channels of a TIFF as a TIFF, without loss.
 *
 * @param source whose reader libvips vouches for. @param targetPath within the scratch directory.
 * @returns where it is. @throws PyramidError as vipsToTiff.
 */
export async function firstBandsToTiff(source: VipsSource, targetPath: string, count: number): Promise<string> {
  const target = `${relative(dirname(source.path), targetPath)}[bigtiff,compression=lzw,predictor=horizontal]`;
  await vips(source, ["extract_band", basename(source.path), target, "0", "--n", String(count)]);
  return targetPath;
}

/** Runs an operation beside the source. */
async function vips(
  { path, loader, limits }: VipsSource,
  operation: readonly string[],
  onProgress: OnProgress = () => {},
): Promise<void> {
  let doneShare = 0;
  const onOutput = (text: string): void => {
    const share = lastPercentage(text) / 100;
    // What is decoded as a whole is counted twice, as it is decoded and as it is written.
    if (share > doneShare) onProgress(Math.min(1, share));
    doneShare = Math.max(share, doneShare);
  };
  const env = { ...environmentFor(loader), VIPS_PROGRESS: "1" };
  outputOf(await runTool("vips", operation, { cwd: dirname(path), env, limits, onOutput }));
  if (doneShare < 1) onProgress(1);
}

/** Of `vips temp-1: 42% complete`, as often as it is said. */
function lastPercentage(text: string): number {
  const end = text.lastIndexOf("% complete");
  return end < 0 ? 0 : Number(/\d{1,3}$/.exec(text.slice(Math.max(0, end - 3), end))?.[0] ?? 0);
}
