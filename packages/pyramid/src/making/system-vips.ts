import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { PyramidError } from "../errors.ts";
import { systemVipsEnvironment } from "../process/env.ts";
import { decoderError } from "./decoder-error.ts";

const run = promisify(execFile);
const longestOutput = 8 * 2 ** 20;
const longestStderr = 4_096;
const setpriv = "/usr/bin/setpriv";

/** What the `vips` command of this machine's system says about an image, by its own names such as `width`. */
export type VipsHeader = ReadonlyMap<string, string>;

/** @throws PyramidError UNSUPPORTED_FORMAT there is no `vips` here, or it lacks the decoder; CORRUPT_IMAGE. */
export async function vipsHeader(path: string, formatName: string): Promise<VipsHeader> {
  const env = systemVipsEnvironment();
  const { stdout } = await run("vipsheader", ["-a", path], { maxBuffer: longestOutput, env }).catch((error: unknown) =>
    Promise.reject(meaning(error, formatName)),
  );
  return new Map([...stdout.matchAll(/^([^:\n]+): (.*)$/gm)].map(([, name = "", value = ""]) => [name, value]));
}

/**
 * Writes the image as a TIFF without loss, from top to bottom and in little memory, transparency on white. The command
 * ends with this process.
 *
 * @throws PyramidError as vipsHeader, and SCRATCH_FULL.
 */
export async function vipsToTiff(path: string, targetPath: string, hasAlpha: boolean): Promise<void> {
  const operation = hasAlpha ? "flatten" : "copy";
  const target = `${targetPath}[tile,tile-width=512,tile-height=512,bigtiff,compression=lzw,predictor=horizontal]`;
  const command = ["vips", operation, path, target, ...(hasAlpha ? ["--background", "255"] : [])];
  // A process that nobody waits for would go on for hours after its parent was killed.
  const [program = "", ...args] = existsSync(setpriv) ? [setpriv, "--pdeathsig=KILL", ...command] : command;
  const child = spawn(program, args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: systemVipsEnvironment(),
  });
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
