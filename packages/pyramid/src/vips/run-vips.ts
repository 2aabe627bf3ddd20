import { mkdir, rm, symlink } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { endedBySignal, PyramidError, systemError } from "../errors.ts";
import type { Size } from "../geometry.ts";
import { systemVipsEnvironment } from "../process/env.ts";
import { headerLimits, headerTookLong } from "../process/header-time.ts";
import { runTool, type ToolEnd, type ToolLimits } from "../process/run-tool.ts";
import { decoderError } from "./decoder-error.ts";
import type { SystemLoader } from "./system-vips.ts";

/** As wide as is usual, and low: `vips` and what reads the copy each hold several rows of tiles of the image's width. */
export const copyTile: Size = { widthPx: 512, heightPx: 128 };

/** Told how much of an operation is done, 0 to 1, in whole percent; it never goes back. */
export type OnProgress = (share: number) => void;

/** A source that the system's `vips` may see, and the only reader that may. */
export interface VipsSource {
  /** Of a plain name, as `linkForVips` makes one. */
  readonly path: string;
  readonly loader: SystemLoader;
  /** What one operation may take; of memory, what a backstop needs to know. */
  readonly limits: ToolLimits;
}

/** What the `vips` command of this machine's system says about an image, by its own names such as `width`. */
export type VipsHeader = ReadonlyMap<string, string>;

/**
 * The source by a name of ours: `vips` takes brackets in a name for options, and a dash before it as well. All functions
 * here give it names alone, and run it in their folder, whose own name may be anything. That folder holds nothing else: some
 * readers look for files beside the one that they are given.
 *
 * @returns a link within `scratchPath`. @throws PyramidError SCRATCH_FULL, INTERNAL.
 */
export async function linkForVips(sourcePath: string, scratchPath: string): Promise<string> {
  const folder = join(scratchPath, "vips");
  const path = join(folder, "source");
  // One may be left of an attempt that was killed.
  await rm(folder, { recursive: true, force: true })
    .then(() => mkdir(folder))
    .then(() => symlink(resolve(sourcePath), path))
    .catch((error: unknown) => Promise.reject(systemError(error)));
  return path;
}

/** @throws PyramidError UNSUPPORTED_FORMAT, CORRUPT_IMAGE, OUT_OF_MEMORY, TIMED_OUT, INTERNAL. */
export async function vipsHeader({ path, loader }: Omit<VipsSource, "limits">): Promise<VipsHeader> {
  const options = { cwd: dirname(path), env: environmentFor(loader), limits: headerLimits };
  const stdout = outputOf(await runTool("vipsheader", ["-a", basename(path)], options));
  const header = new Map<string, string>();
  for (const line of stdout.split("\n")) {
    const name = line.slice(0, Math.max(0, line.indexOf(": ")));
    // What libvips knows itself stands before the file's own texts, which may have lines that look alike.
    if (!header.has(name)) header.set(name, line.slice(name.length + 2));
    else if (name === "openslide.vendor") throw decoderError(new Error("it says twice whose slide it is"));
  }
  const taken = header.get("vips-loader");
  if (taken === loader.name) return header;
  throw decoderError(new Error(`${taken} took what ${loader.name} was to read`));
}

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

/** Readers that are never a module of libvips, as OpenSlide's, ImageMagick's and Poppler's are by default. */
const builtIn: readonly string[] = ["tiffload", "jp2kload"];

/** Of a trusted reader, libvips sees to it that no other looks at the file; of one that is built in, no module is loaded. */
const environmentFor = ({ name, isTrusted }: SystemLoader): NodeJS.ProcessEnv => ({
  ...systemVipsEnvironment(),
  ...(isTrusted && { VIPS_BLOCK_UNTRUSTED: "1" }),
  ...(builtIn.includes(name) && { VIPSHOME: "/nonexistent" }),
});

function outputOf(end: ToolEnd | null): string {
  if (!end) throw new PyramidError("INTERNAL", "The decoder that this machine has for the image is gone.");
  const { code, signal, stdout, stderr, endedFor } = end;
  if (endedFor === "time") throw headerTookLong();
  if (endedFor === "output" || signal === "SIGXCPU" || signal === "SIGXFSZ") throw endless(endedFor ?? signal);
  if (signal && !/failed to allocate|bad_alloc/.test(stderr)) throw endedBySignal(signal);
  if (signal || code !== 0) throw decoderError(new Error(stderr));
  return stdout;
}

const endless = (cause: unknown): PyramidError =>
  new PyramidError(
    "CORRUPT_IMAGE",
    "The image is damaged: it kept its decoder at work for far longer, or made it write far more, than its size explains.",
    { cause },
  );
