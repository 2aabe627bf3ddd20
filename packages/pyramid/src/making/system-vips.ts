import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { PyramidError } from "../errors.ts";
import type { SampleWindow } from "../facts.ts";
import type { Size } from "../geometry.ts";
import { systemVipsEnvironment } from "../process/env.ts";
import { decoderError } from "./decoder-error.ts";

const run = promisify(execFile);
const longestOutput = 8 * 2 ** 20;
const tileSidePx = 512;
const longestStderr = 4_096;
const setpriv = "/usr/bin/setpriv";

export type Copying =
  | { readonly window: SampleWindow }
  /** The value of white where the last channel is transparency; null where there is none. */
  | { readonly shinesThrough: number | null };

/** What the `vips` command of this machine's system says about an image, by its own names such as `width`. */
export type VipsHeader = ReadonlyMap<string, string>;

/** Before anything is prepared for it. @throws PyramidError UNSUPPORTED_FORMAT there is no `vips` here. */
export async function requireVips(formatName: string): Promise<void> {
  await run("vipsheader", ["--version"], { env: systemVipsEnvironment() }).catch((error: unknown) =>
    Promise.reject(meaning(error, formatName)),
  );
}

/** @throws PyramidError UNSUPPORTED_FORMAT there is no `vips` here, or it lacks the decoder; CORRUPT_IMAGE. */
export async function vipsHeader(path: string, formatName: string): Promise<VipsHeader> {
  const env = systemVipsEnvironment();
  const { stdout } = await run("vipsheader", ["-a", path], { maxBuffer: longestOutput, env }).catch((error: unknown) =>
    Promise.reject(meaning(error, formatName)),
  );
  return new Map([...stdout.matchAll(/^([^:\n]+): (.*)$/gm)].map(([, name = "", value = ""]) => [name, value]));
}

/**
 * Writes the image as a TIFF, from top to bottom and in little memory: without loss, transparency on white; or in 8 bits
 * from the window's black to its white.
 *
 * @throws PyramidError as vipsHeader, and SCRATCH_FULL.
 */
export async function vipsToTiff(
  path: string,
  targetPath: string,
  { widthPx, heightPx }: Size,
  how: Copying,
): Promise<void> {
  // sharp's libvips takes tiles that are several times larger than the image for damage.
  const layout =
    Math.min(widthPx, heightPx) < tileSidePx ? "" : `tile,tile-width=${tileSidePx},tile-height=${tileSidePx},`;
  const target = `${targetPath}[${layout}bigtiff,compression=lzw,predictor=horizontal]`;
  if ("window" in how) {
    const { black, white } = how.window;
    const scale = white > black ? 255 / (white - black) : 0;
    await vips("linear", path, target, "--uchar", "--", String(scale), String(-black * scale));
  } else if (how.shinesThrough !== null) {
    await vips("flatten", path, target, "--background", String(how.shinesThrough));
  } else {
    await vips("copy", path, target);
  }
}

/** Writes one of a slide's sizes as an uncompressed TIFF, with the transparency of its reader. @throws PyramidError as vipsToTiff. */
export const slideLevelToTiff = (path: string, targetPath: string, level: number): Promise<void> =>
  vips("openslideload", path, `${targetPath}[bigtiff]`, "--level", String(level));

/** The least and the most of all samples. @throws PyramidError as vipsToTiff; CORRUPT_IMAGE they are no numbers. */
export async function sampleRange(path: string, scratchFile: string): Promise<SampleWindow> {
  await vips("stats", path, scratchFile);
  // The first line is of all channels together, and begins with least and most.
  const [black = Number.NaN, white = Number.NaN] = (await readFile(scratchFile, "utf8")).split(/\s+/).map(Number);
  if (Number.isFinite(black) && Number.isFinite(white)) return { black, white };
  throw new PyramidError("CORRUPT_IMAGE", "The image has samples that are not finite numbers.");
}

/** Runs an operation that ends with this process: one that nobody waits for would go on for hours. */
async function vips(...operation: string[]): Promise<void> {
  const command = ["vips", ...operation];
  const [program = "", ...args] = existsSync(setpriv) ? [setpriv, "--pdeathsig=KILL", ...command] : command;
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"], env: systemVipsEnvironment() });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-longestStderr);
  });
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw decoderError(new Error(stderr));
}

function meaning(error: unknown, formatName: string): PyramidError {
  const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
  const text = error instanceof Error ? error.message : String(error);
  if (!isMissing && !/not a known file format|unsupported/i.test(text)) return decoderError(error);
  return new PyramidError(
    "UNSUPPORTED_FORMAT",
    `Reading ${formatName} takes a decoder that this machine does not have; the package libvips-tools brings it.`,
    { cause: text },
  );
}
