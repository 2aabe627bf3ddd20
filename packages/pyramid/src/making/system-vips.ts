import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { rm, symlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { endedBySignal, type PyramidError, systemError } from "../errors.ts";
import type { Size } from "../geometry.ts";
import { systemVipsEnvironment } from "../process/env.ts";
import { decoderError } from "./decoder-error.ts";
import { missingDecoder } from "./system-loaders.ts";

const run = promisify(execFile);
const longestOutput = 8 * 2 ** 20;
/** As wide as is usual, and low: `vips` and what reads the copy each hold several rows of tiles of the image's width. */
export const copyTile: Size = { widthPx: 512, heightPx: 128 };
const longestStderr = 4_096;
const setpriv = "/usr/bin/setpriv";

/** Told how much of an operation is done, 0 to 1, in whole percent; it never goes back. */
export type OnProgress = (share: number) => void;

/** What the `vips` command of this machine's system says about an image, by its own names such as `width`. */
export type VipsHeader = ReadonlyMap<string, string>;

/**
 * The source by a name of ours: `vips` takes brackets in a name for options, and a dash before it as well. All functions
 * here give it names alone, and run it in their folder, whose own name may be anything.
 *
 * @returns a link within `scratchPath`. @throws PyramidError SCRATCH_FULL, INTERNAL.
 */
export async function linkForVips(sourcePath: string, scratchPath: string): Promise<string> {
  const path = join(scratchPath, "source");
  // One may be left of an attempt that was killed.
  await rm(path, { force: true })
    .then(() => symlink(resolve(sourcePath), path))
    .catch((error: unknown) => Promise.reject(systemError(error)));
  return path;
}

/**
 * @param path of a plain name, as `linkForVips` makes one.
 * @throws PyramidError UNSUPPORTED_FORMAT there is no `vips` here, or it lacks the decoder; CORRUPT_IMAGE.
 */
export async function vipsHeader(path: string, formatName: string): Promise<VipsHeader> {
  const options = { cwd: dirname(path), maxBuffer: longestOutput, env: systemVipsEnvironment() };
  const { stdout } = await run("vipsheader", ["-a", basename(path)], options).catch((error: unknown) =>
    Promise.reject(meaning(error, formatName)),
  );
  return new Map([...stdout.matchAll(/^([^:\n]+): (.*)$/gm)].map(([, name = "", value = ""]) => [name, value]));
}

/** sharp's libvips takes tiles that are several times larger than the image for damage. */
export const isTiledCopy = ({ widthPx, heightPx }: Size): boolean =>
  widthPx >= copyTile.widthPx && heightPx >= copyTile.heightPx;

/**
 * Writes the image as a TIFF, from top to bottom and in little memory, without loss, transparency on white.
 *
 * @param path as of vipsHeader. @param targetName in the same folder. @param size before it is turned.
 * @param shinesThrough the value of white where the last channel is transparency; null where there is none.
 * @returns where the copy is.
 * @throws PyramidError as vipsHeader, and SCRATCH_FULL.
 */
export async function vipsToTiff(
  path: string,
  targetName: string,
  size: Size,
  shinesThrough: number | null,
  onProgress?: OnProgress,
): Promise<string> {
  const layout = isTiledCopy(size) ? `tile,tile-width=${copyTile.widthPx},tile-height=${copyTile.heightPx},` : "";
  const target = `${targetName}[${layout}bigtiff,compression=lzw,predictor=horizontal]`;
  const source = basename(path);
  if (shinesThrough !== null) {
    await vips(path, ["flatten", source, target, "--background", String(shinesThrough)], onProgress);
  } else {
    await vips(path, ["copy", source, target], onProgress);
  }
  return join(dirname(path), targetName);
}

/**
 * Writes one of a slide's sizes as an uncompressed TIFF, with the transparency of its reader.
 *
 * @param path as of vipsHeader. @param targetName in the same folder.
 * @returns where the TIFF is.
 * @throws PyramidError as vipsToTiff.
 */
export async function slideLevelToTiff(path: string, targetName: string, level: number): Promise<string> {
  await vips(path, ["openslideload", basename(path), `${targetName}[bigtiff]`, "--level", String(level)]);
  return join(dirname(path), targetName);
}

/** Runs an operation, beside a file, that ends with this process: one that nobody waits for would go on for hours. */
async function vips(
  besidePath: string,
  operation: readonly string[],
  onProgress: OnProgress = () => {},
): Promise<void> {
  const command = ["vips", ...operation];
  const [program = "", ...args] = existsSync(setpriv) ? [setpriv, "--pdeathsig=KILL", ...command] : command;
  const child = spawn(program, args, {
    cwd: dirname(besidePath),
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...systemVipsEnvironment(), VIPS_PROGRESS: "1" },
  });
  let doneShare = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const share = Number(/.*\b(\d+)% complete/s.exec(text)?.[1] ?? 0) / 100;
    // What is decoded as a whole is counted twice, as it is decoded and as it is written.
    if (share > doneShare) onProgress(Math.min(1, share));
    doneShare = Math.max(share, doneShare);
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-longestStderr);
  });
  const [code, signal] = await once(child, "close");
  if (signal) throw endedBySignal(signal);
  if (code !== 0) throw decoderError(new Error(stderr));
  if (doneShare < 1) onProgress(1);
}

function meaning(error: unknown, formatName: string): PyramidError {
  if (error instanceof Error && "signal" in error && typeof error.signal === "string")
    return endedBySignal(error.signal);
  const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
  const text = error instanceof Error ? error.message : String(error);
  return isMissing || /unsupported codec/i.test(text) ? missingDecoder(formatName, text) : decoderError(error);
}
